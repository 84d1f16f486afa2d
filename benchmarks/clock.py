"""The one clock of the benchmarks."""

from time import perf_counter as now

WARM_UP_CALLS = 5
ENOUGH_SECONDS = 1.5


def seconds(function):
    start = now()
    function()
    return now() - start


def seconds_of_each(function, calls):
    """Of every single call, after a few to warm up; fewer calls where they would take too long."""
    for _ in range(WARM_UP_CALLS):
        function()
    times, end = [], now() + ENOUGH_SECONDS
    while len(times) < calls and now() < end:
        times.append(seconds(function))
    return times
