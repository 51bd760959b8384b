module heaptoll/runner

go 1.19

require heaptoll/pairs v0.0.0

replace heaptoll/pairs => ../pairs
