"""What the figures depend on, printed above them; and the refusal to measure a debug build."""

import os
import pathlib
import platform
import subprocess

import swiftcnn

ROOT = pathlib.Path(__file__).resolve().parent.parent


def conditions(threads):
    build = swiftcnn.build_info()
    return {
        "swiftcnn": build["version"],
        "commit": git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain") else ""),
        "instruction set": build["isa"],
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "threads": threads,
        "load before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def refuse_debug_build(build):
    if build["configuration"] != "release":
        raise SystemExit(
            f"swiftcnn's library is a {build['configuration']} build, whose figures say nothing; "
            "install it again with: pip install -e ."
        )


def processor():
    facts = dict(line.split(":", 1) for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in facts.items()}
    name = facts.get("model name", platform.machine())
    return f"{name}, family {facts['cpu family']} model {facts['model']}" if "model" in facts else name


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()
