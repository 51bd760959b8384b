module heaptoll/pairs

go 1.19
