import CKernels

extension KernelCase {
  static let dropouts = [
    KernelCase(name: "dropout") {
      dropoutSizes.flatMap { n in [0, 0x4000_0000, 0xffff_ffff].map { dropout(n, threshold: $0, joins: false) } }
        + dropoutSizes.map { dropout($0, threshold: 0x4000_0000, joins: true) }
    },
    KernelCase(name: "dropout_gradient") { dropoutSizes.map(dropoutGradient) },
  ]

  /// Also around the sixteen blocks of 64 words that are made at once.
  private static let dropoutSizes = sizes + [48, 49, 63, 65, 127, 129, 300]

  /// What kernels.h says about the place of an element's word.
  static func word(_ stream: KernelStream, _ e: Int) -> UInt32 {
    let block = UInt32(e / 64 * 16 + e % 16)
    return philox(
      counter: [block, stream.item, stream.layer, stream.step], key: [stream.key0, stream.key1])[
        e / 16 % 4]
  }

  private static func dropout(_ n: Int, threshold: UInt32, joins: Bool) -> Problem {
    let stream = KernelStream(
      key0: 0xDEAD_BEEF, key1: 12, item: 0x8000_0007, layer: 3, step: 0xFFFF_FFFE)
    var x = Numbers.floats(n)
    // A dropped infinity is 0, not a number times 0.
    for i in stride(from: 0, to: n, by: 5) { x[i] = .infinity }
    let keep = (0..<n).map { word(stream, $0) >= threshold }
    let codes = Numbers.bytes(n)
    return Problem(
      label: "n \(n), threshold \(threshold), joins \(joins)",
      operands: [.floats(x), .output(n), .bytes(codes)],
      expected: [
        1: zip(x, keep).map { $1 ? Double($0) * 1.25 : 0 }, 2: zip(codes, keep).map { $1 ? (joins ? Double($0) : 0) : 255 },
      ],
      tolerance: Tolerance(relative: 1e-7), aliases: [(0, 1)]
    ) { table, buffers in
      var stream = stream
      table.dropout(
        &stream, threshold, 1.25, buffers.floats(0), buffers.floats(1), buffers.bytes(2), joins ? 1 : 0, n)
    }
  }

  private static func dropoutGradient(_ n: Int) -> Problem {
    let codes = Numbers.bytes(n, below: 2).map { $0 == 0 ? 0 : 255 as UInt8 }
    var dy = Numbers.floats(n)
    for i in stride(from: 0, to: n, by: 5) { dy[i] = .infinity }
    return Problem(
      label: "n \(n)", operands: [.bytes(codes), .floats(dy), .output(n)],
      expected: [2: zip(codes, dy).map { $0 == 0 ? Double($1) * 1.25 : 0 }],
      tolerance: Tolerance(relative: 1e-7),
      aliases: [(1, 2)]
    ) { $0.dropout_gradient($1.bytes(0), 1.25, $1.floats(1), $1.floats(2), n) }
  }
}
