module heaptoll/calibration

go 1.18
