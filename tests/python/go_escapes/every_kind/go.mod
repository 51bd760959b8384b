module example/every_kind

go 1.18
