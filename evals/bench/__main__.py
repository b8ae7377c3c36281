"""`python -m bedside.evals.bench` (and `make bench`): the speed and memory of answers."""

from bedside.evals.bench.answers import main

main()
