module heaptoll/sizes

go 1.18
