"""How much of the processors other programs took while something was measured: the first thing to look at when a figure surprises."""

import os
import time

import psutil

from tests.benchmarks.surroundings import NAME


class Neighbours:
    """From its making on, count the processor time that neither we, nor our children, nor our database's backends took."""

    def __init__(self):
        self.started = time.monotonic()
        self.everybody = seconds_of_everybody()
        self.ours = seconds_of_ours()

    def share(self):
        """0.0 to 1.0 of all processors. A process of ours that ended meanwhile is lost from the count and blurs it."""
        ours = seconds_of_ours()
        took = sum(ours[pid] - self.ours.get(pid, 0) for pid in ours)
        there_was = (time.monotonic() - self.started) * os.cpu_count()
        return min(max((seconds_of_everybody() - self.everybody - took) / there_was, 0), 1)


def seconds_of_everybody():
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait


def seconds_of_ours():
    """{pid: processor seconds so far}"""
    children = {each.pid for each in psutil.Process().children(recursive=True)} | {os.getpid()}
    ours = {}
    for each in psutil.process_iter(["pid", "cmdline", "cpu_times"]):
        if each.pid in children or NAME in " ".join(each.info["cmdline"] or []):
            ours[each.pid] = each.info["cpu_times"].user + each.info["cpu_times"].system
    return ours
