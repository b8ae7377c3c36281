"""Speed and memory benchmarks, run by hand."""
