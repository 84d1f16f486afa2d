/// Decodes the canonical Huffman codes of deflate: short codes with one look-up, long ones, which are rare, bit by bit.
struct HuffmanTable: ~Copyable {
  static let maximumLength = 15
  /// The maximum length of codes that are looked up. The table fits in the first-level cache.
  private static let fastLength = 10
  private static let fastEntries = 1 << fastLength

  /// Indexed by the next bits: `symbol << 4 | length`; 0 if the code is longer or unknown.
  private let fast: UnsafeMutablePointer<UInt16>
  /// Number of codes of each length.
  private let counts: UnsafeMutablePointer<Int>
  /// The symbols in the order of their codes.
  private let symbols: UnsafeMutablePointer<UInt16>

  /// - Parameter lengths: the length of each symbol's code; 0 for a symbol that does not occur.
  init(_ lengths: some Collection<UInt8>) throws(SwiftCNNError) {
    var counts = [Int](repeating: 0, count: Self.maximumLength + 1)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    try Self.requireDecodable(counts)
    fast = .allocate(capacity: Self.fastEntries)
    fast.initialize(repeating: 0, count: Self.fastEntries)
    self.counts = .allocate(capacity: counts.count)
    self.counts.initialize(from: counts, count: counts.count)
    symbols = .allocate(capacity: lengths.count)
    symbols.initialize(repeating: 0, count: lengths.count)
    assignCodes(lengths)
  }

  deinit {
    fast.deallocate()
    counts.deallocate()
    symbols.deallocate()
  }

  /// The symbol of the code at the start of `bits` (the next bits, first one lowest), and the length of this code; nil if there
  /// is no such code.
  @inline(__always)
  func decode(_ bits: UInt64) -> (symbol: Int, length: Int)? {
    let entry = Int(fast[Int(truncatingIfNeeded: bits) & (Self.fastEntries - 1)])
    return entry != 0 ? (entry >> 4, entry & 15) : decodeBitByBit(bits)
  }

  @inline(never)
  private func decodeBitByBit(_ bits: UInt64) -> (symbol: Int, length: Int)? {
    var code = 0
    var firstCode = 0
    var firstSymbol = 0
    for length in 1...Self.maximumLength {
      code = code << 1 | Int(truncatingIfNeeded: (bits >> UInt64(length - 1)) & 1)
      firstCode <<= 1
      if code - firstCode < counts[length] { return (Int(symbols[firstSymbol + code - firstCode]), length) }
      firstCode += counts[length]
      firstSymbol += counts[length]
    }
    return nil
  }

  /// Codes must use up all bit patterns; but a single code of one bit, or none at all, may stand alone (RFC 1951, 3.2.7).
  private static func requireDecodable(_ counts: [Int]) throws(SwiftCNNError) {
    var free = 1
    var used = 0
    for length in 1...maximumLength {
      free = (free << 1) - counts[length]
      used += counts[length]
      guard free >= 0 else { throw .invalidValue("damaged compressed data: too many Huffman codes of \(length) bits") }
    }
    let standsAlone = used == 0 || used == 1 && counts[1] == 1
    guard free == 0 || standsAlone else { throw .invalidValue("damaged compressed data: an incomplete set of Huffman codes") }
  }

  private func assignCodes(_ lengths: some Collection<UInt8>) {
    var position = [Int](repeating: 0, count: Self.maximumLength + 1)
    var nextCode = position
    for length in 1...Self.maximumLength {
      position[length] = position[length - 1] + counts[length - 1]
      nextCode[length] = (nextCode[length - 1] + counts[length - 1]) << 1
    }
    for (symbol, length) in lengths.lazy.map(Int.init).enumerated() where length > 0 {
      symbols[position[length]] = UInt16(symbol)
      position[length] += 1
      if length <= Self.fastLength { fillFast(code: nextCode[length], length, symbol) }
      nextCode[length] += 1
    }
  }

  /// Enters the symbol wherever the lower bits are its code; deflate sends a code's highest bit first.
  private func fillFast(code: Int, _ length: Int, _ symbol: Int) {
    let reversed = Int(UInt16(code).bitReversed >> (16 - length))
    for entry in stride(from: reversed, to: Self.fastEntries, by: 1 << length) {
      fast[entry] = UInt16(symbol << 4 | length)
    }
  }
}

extension UInt16 {
  fileprivate var bitReversed: UInt16 {
    var value = self
    var result: UInt16 = 0
    for _ in 0..<16 {
      result = result << 1 | value & 1
      value >>= 1
    }
    return result
  }
}
