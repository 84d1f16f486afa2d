import CKernels

/// One buffer of a kernel's call.
enum Operand {
  case floats([Float])
  case ints([Int32])
  case bytes([UInt8])

  /// A buffer to be written, filled with what no kernel writes.
  static func output(_ count: Int) -> Operand {
    .floats(Array(repeating: Float(bitPattern: 0x7fc1_2345), count: count))
  }

  var memory: [UInt8] {
    switch self {
    case .floats(let values): values.withUnsafeBytes(Array.init)
    case .ints(let values): values.withUnsafeBytes(Array.init)
    case .bytes(let values): values
    }
  }

  /// The values that `memory`, laid out like this operand, holds.
  func values(of memory: [UInt8]) -> [Double] {
    memory.withUnsafeBytes { raw in
      switch self {
      case .floats: raw.bindMemory(to: Float.self).map(Double.init)
      case .ints: raw.bindMemory(to: Int32.self).map(Double.init)
      case .bytes: raw.map(Double.init)
      }
    }
  }
}

/// The buffers of one call, where a kernel sees them.
struct Arguments {
  let addresses: [UnsafeMutableRawPointer]

  func floats(_ i: Int) -> UnsafeMutablePointer<Float> {
    addresses[i].assumingMemoryBound(to: Float.self)
  }
  func ints(_ i: Int) -> UnsafeMutablePointer<Int32> {
    addresses[i].assumingMemoryBound(to: Int32.self)
  }
  func bytes(_ i: Int) -> UnsafeMutablePointer<UInt8> {
    addresses[i].assumingMemoryBound(to: UInt8.self)
  }
}

struct Tolerance {
  var relative = 0.0
  var absolute = 0.0

  static let exact = Tolerance()

  func accepts(_ got: Double, _ wanted: Double) -> Bool {
    if wanted.isNaN { return got.isNaN }
    return got == wanted || abs(got - wanted) <= absolute + relative * abs(wanted)
  }
}

/// One call of one kernel: its buffers, and what must stand in some of them afterwards. The others must not change.
/// Sendable because nothing in it ever changes, and calls capture values only.
struct Problem: @unchecked Sendable {
  let label: String
  let operands: [Operand]
  /// By the operand's place.
  let expected: [Int: [Double]]
  var tolerance = Tolerance.exact
  /// Pairs of operands that may be the same memory: the first is read, the second written.
  var aliases: [(read: Int, written: Int)] = []
  let call: (KernelTable, Arguments) -> Void

  /// Runs the call in guarded memory and returns the buffers afterwards, or what went wrong.
  func run(
    _ table: KernelTable, flush side: GuardedMemory.Side,
    sharing pair: (read: Int, written: Int)? = nil
  ) -> Outcome {
    let memories = operands.map { GuardedMemory($0.memory, flush: side) }
    var addresses = memories.map(\.address)
    if let pair { addresses[pair.written] = addresses[pair.read] }
    call(table, Arguments(addresses: addresses))
    var after = memories.map(\.bytes)
    if let pair { after.swapAt(pair.read, pair.written) }
    return Outcome(memories: after, fencesAreIntact: memories.allSatisfy(\.fenceIsIntact))
  }

  struct Outcome {
    let memories: [[UInt8]]
    let fencesAreIntact: Bool
  }

  /// The first disagreement with what is expected, in words.
  func complaint(_ outcome: Outcome) -> String? {
    if !outcome.fencesAreIntact { return "\(label): wrote beside a buffer" }
    for (i, operand) in operands.enumerated() {
      guard let wanted = expected[i] else {
        if outcome.memories[i] != operand.memory {
          return "\(label): changed operand \(i), which it may only read"
        }
        continue
      }
      let got = operand.values(of: outcome.memories[i])
      if got.count != wanted.count {
        return "\(label): operand \(i) has \(got.count) values, the test expects \(wanted.count)"
      }
      for e in got.indices where !tolerance.accepts(got[e], wanted[e]) {
        return "\(label): operand \(i)[\(e)] is \(got[e]), expected \(wanted[e])"
      }
    }
    return nil
  }
}

/// A table entry with all its problems.
struct KernelCase: CustomStringConvertible, Sendable {
  /// The entry's name in kernels.h.
  let name: String
  let problems: [Problem]

  init(name: String, problems: () -> [Problem]) {
    self.name = name
    self.problems = problems()
  }

  var description: String { name }

  /// Every kernel of the table; a test compares the names with the header.
  static let all: [KernelCase] =
    contractions + sparseContractions + depthwises + sums + elementwise + activations + softmaxes + pooling + dropouts
    + logitLosses + probabilityLosses
    + optimizers + winograd + normalizations

  /// Around the vector's sixteen lanes and its multiples.
  static let sizes = [0, 1, 7, 15, 16, 17, 31, 32, 33, 64, 100]
}
