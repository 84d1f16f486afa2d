import CPeak

@testable import SwiftCNN

/// The fused multiply-adds that this many threads can do with vectors of one width, to compare with.
struct Peak {
  let threads: Int
  /// Of `peak_multiply_adds`.
  let level: Int32

  /// Enough pieces that no thread waits long for another; a piece takes a tenth of a millisecond.
  private static let pieces = 64
  private static let steps: Int64 = 1 << 15

  /// One for each vector width that the chosen instruction set has; the fastest is the peak. On Zen 4, whose 512-bit vectors
  /// are no faster than 256-bit ones, the wider loop falls to two thirds in some processes, and the narrower does not.
  static func candidates(threads: Int) throws -> [Peak] {
    let widest = Int32(InstructionSet.allCases.firstIndex(of: try InstructionSet.chosen())!)
    return (min(widest, 1)...widest).map { Peak(threads: threads, level: $0) }
  }

  /// Multiply-adds of one `run`.
  var multiplyAdds: Int {
    var sink: Float = 1
    return Self.pieces * Int(peak_multiply_adds(level, Self.steps, &sink))
  }

  func run() {
    parallel(Self.pieces, limit: threads, work: .max) { _, _ in
      var sink: Float = 1
      _ = peak_multiply_adds(level, Self.steps, &sink)
    }
  }
}
