"""The part `kernels`: GFLOPS of every convolution of the networks, beside the peak of this processor measured with it.

The program Sources/swiftcnn-kernels runs the engine's own plans of one layer. It is built here, optimised, apart from
the library. GFLOPS are those of the direct form also where the planner chooses Winograd, which does with fewer.
"""

import json
import os
import pathlib
import subprocess
import sys

from benchmarks import table
from benchmarks.networks import NETWORKS, Conv, shapes

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".build-benchmark"
PRODUCT = "swiftcnn-kernels"
PASSES = ("forward", "data gradient", "weight gradient")
MULTIPLY_ADDS = 1e9  # of a call: few enough to repeat it often
FEWEST_IMAGES, MOST_IMAGES = 16, 128


def measure(options):
    """One result for each convolution and number of threads; a row is printed as soon as it is known."""
    layers = chosen_layers(options.only)
    program = build()
    print(heading())
    results = []
    command = [program, str(options.kernel_seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        for threads in sorted({1, options.threads}):
            for layer in layers:
                answer = ask(process, line(layer, threads))
                results.append(result(layer, threads, answer))
                print("\n".join(text(results[-1])), flush=True)
        process.stdin.close()
    return results


def result(layer, threads, answer):
    """No training needs the gradient of a network's first input."""
    for form in ("direct", "chosen"):
        if layer["is_first"]:
            del answer[form]["data gradient"]
    return {"layer": layer["name"], "threads": threads, **answer}


def ask(process, question):
    process.stdin.write(question + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise SystemExit(f"{PRODUCT} ended without an answer to '{question}'; its complaint is above")
    return json.loads(answer)


def build():
    """The path of the program; Swift compiles what has changed since the last time."""
    print(f"building {PRODUCT} …", file=sys.stderr, flush=True)
    command = ["swift", "build", "--configuration", "release", "--scratch-path", str(SCRATCH), "--product", PRODUCT]
    command += ["-Xswiftc", "-enable-testing"]
    environment = os.environ | {"SWIFTCNN_BENCHMARK": "1", "SWIFTCNN_WHEEL": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if built.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{built.stdout}{built.stderr}")
    return SCRATCH / "release" / PRODUCT


def chosen_layers(patterns):
    """The networks' convolutions, each once, those whose name contains one of the patterns."""
    layers = {}
    for name, network in NETWORKS.items():
        for layer, shape, output in shapes(network):
            if isinstance(layer, Conv):
                layers.setdefault((layer, shape), described(name, layer, shape, output, shape == network.input_shape))
    found = [layer for layer in layers.values() if not patterns or any(part in layer["name"] for part in patterns)]
    if not found:
        raise SystemExit(
            f"--only {' '.join(patterns)} names no layer; they are: " + "; ".join(x["name"] for x in layers.values())
        )
    return found


def described(network, layer, shape, output, is_first):
    height, width, channels = shape
    stride = f" stride {layer.stride}" if layer.stride > 1 else ""
    multiply_adds = output[0] * output[1] * layer.kernel**2 * channels * layer.filters
    return {
        "name": f"{network}: {height}x{width} {channels}->{layer.filters} {layer.kernel}x{layer.kernel}{stride} {layer.padding}",
        "sizes": (height, width, channels, layer.filters, layer.kernel, layer.stride, int(layer.padding == "same")),
        "images": images(multiply_adds),
        "is_first": is_first,
    }


def images(multiply_adds):
    """A multiple of 16, as the tutorials' batches of 32 and 128."""
    return min(max(round(MULTIPLY_ADDS / multiply_adds / 16) * 16, FEWEST_IMAGES), MOST_IMAGES)


def line(layer, threads):
    return " ".join(map(str, (threads, layer["images"], *layer["sizes"])))


def heading():
    return f"{'GFLOPS (of the peak)':52} threads  {'peak':>6}  " + "  ".join(f"{name:>16}" for name in PASSES)


def text(result):
    """A line for the direct form, and one for the planner's choice if that is another."""
    forms = ["direct"] if result["chosen"] == result["direct"] else ["direct", "chosen"]
    for form in forms:
        name = result["layer"] if form == "direct" else f"    {result['algorithm']}"
        cells = "  ".join(cell(result, form, name) for name in PASSES)
        yield f"{name:52} {result['threads']:7}  {result['peak']:6.0f}  {cells}"


def cell(result, form, name):
    gflops = result[form].get(name)
    return f"{'-':>15}" if gflops is None else f"{gflops:8.1f} ({gflops / result['peak']:4.0%})"


def markdown(results):
    rows = [
        (found["layer"], found["algorithm"], str(found["threads"]), *(both_forms(found, name) for name in PASSES))
        for found in results
    ]
    return table.markdown(("convolution", "planner's choice", "threads", *PASSES), rows)


def both_forms(result, name):
    """ "direct / chosen", or one of them if that is the same."""
    forms = ["direct"] if result["chosen"] == result["direct"] else ["direct", "chosen"]
    return " / ".join(" ".join(cell(result, form, name).split()).replace("( ", "(") for form in forms)
