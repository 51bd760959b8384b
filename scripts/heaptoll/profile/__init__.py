"""Where one arm of one case spends its time: an annotated profile, by perf or by callgrind."""
