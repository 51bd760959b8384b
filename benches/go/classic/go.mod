module heaptoll/classic

go 1.18
