"""Makes bits.json: a digest of every result of every parity case, from the installed swiftcnn.

    python Tests/Golden/make_bits.py

Run it after a change that is meant to change bits, on a CPU with FMA (SWIFTCNN_ISA avx2 or avx512: they agree), and look
at the difference: a case that you did not mean to change must not be in it.
"""

import json

import swiftcnn
from parity import BITS, read_cases, read_values
from swiftcnn_run import digests, run


def main():
    isa = swiftcnn.build_info()["isa"]
    if isa == "baseline":
        raise SystemExit("bits.json holds for instruction sets with FMA; this is 'baseline'. Use a CPU with AVX2.")
    values = read_values()
    lines = [f"  {json.dumps(case['name'])}: {json.dumps(digests(run(case, values)))}" for case in read_cases()["cases"]]
    BITS.write_text('{\n "cases": {\n' + ",\n".join(lines) + "\n }}\n")
    print(f"{len(lines)} cases, from {isa}")


if __name__ == "__main__":
    main()
