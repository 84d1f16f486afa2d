"""Makes graph_bits.json: branching networks and random graphs, and a digest of every result, from the installed swiftcnn.

    python Tests/Golden/make_graph_bits.py

For when and where to run it, see make_bits.py.
"""

import json

import swiftcnn
from graph_run import GRAPH_BITS, NAMES, describe, digests, run


def main():
    isa = swiftcnn.build_info()["isa"]
    if isa == "baseline":
        raise SystemExit("graph_bits.json holds for instruction sets with FMA; this is 'baseline'. Use a CPU with AVX2.")
    lines = [f"  {json.dumps({**describe(name), 'digests': digests(run(name))})}" for name in NAMES]
    GRAPH_BITS.write_text('{\n "graphs": [\n' + ",\n".join(lines) + "\n ]}\n")
    print(f"{len(lines)} graphs, {GRAPH_BITS.stat().st_size:,} bytes, from {isa}")


if __name__ == "__main__":
    main()
