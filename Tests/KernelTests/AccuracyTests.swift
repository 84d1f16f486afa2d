import CKernels
import Glibc
import Testing

/// A function of one number: as a kernel, and in Double.
struct RealFunction: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: @Sendable (KernelTable, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  let reference: @Sendable (Double) -> Double

  var testDescription: String { name }

  func callAsFunction(_ table: KernelTable, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: 0, count: x.count)
    kernel(table, x, &y, x.count)
    return y
  }

  static let exponential = RealFunction(name: "exp", kernel: { $0.exp($1, $2, $3) }, reference: { exp($0) })
  static let logarithm = RealFunction(name: "log", kernel: { $0.log($1, $2, $3) }, reference: { log($0) })
  static let sigmoid = activation("sigmoid", KERNEL_SIGMOID) { 1 / (1 + exp(-$0)) }
  static let tangent = activation("tanh", KERNEL_TANH) { tanh($0) }
  static let elu = activation("elu", KERNEL_ELU) { $0 > 0 ? $0 : expm1($0) }
  static let gelu = activation("gelu", KERNEL_GELU) { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }

  private static func activation(
    _ name: String, _ kind: Int, _ reference: @escaping @Sendable (Double) -> Double
  ) -> RealFunction {
    RealFunction(name: name, kernel: { $0.activate(Int32(kind), 1, $1, $2, $3) }, reference: reference)
  }
}

@Suite struct AccuracyTests {
  /// Floats of every size, sign, and kind, evenly spread over the bit patterns.
  private static let everywhere = stride(from: UInt32(0), to: .max - 100_003, by: 100_003).map { Float(bitPattern: $0) }

  @Test(
    "within two and a half units in the last place over the whole range",
    arguments: [RealFunction.exponential, .logarithm, .sigmoid, .tangent, .elu], InstructionSet.allCases)
  func everyFloat(_ function: RealFunction, _ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    let got = function(table, Self.everywhere)
    var worst = (error: 0.0, x: Float(0))
    for (x, y) in zip(Self.everywhere, got) {
      let error = unitsInLastPlace(y, function.reference(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= 2.5, "at \(worst.x)")
  }

  /// Relative to x, as 1 + erf x loses places where x is negative, in Keras as here.
  @Test("gelu within 2e-7 of its input's size", arguments: InstructionSet.allCases)
  func gelu(_ set: InstructionSet) throws {
    let x = (-80_000...80_000).map { Float($0) * 1e-4 }
    let table = try set.usableTable().pointee
    let got = RealFunction.gelu(table, x)
    let worst = zip(x, got).map { abs(RealFunction.gelu.reference(Double($0)) - Double($1)) / max(Double(abs($0)), 1e-30) }.max()
    #expect(worst! <= 2e-7)
  }

  @Test("the ends of the range and what is not a number", arguments: InstructionSet.allCases)
  func ends(_ set: InstructionSet) throws {
    let table = try set.usableTable().pointee
    let (infinity, tiny) = (Float.infinity, Float.leastNonzeroMagnitude)
    let exponentials = RealFunction.exponential(table, [-infinity, -104, -103, 0, -0.0, 88.72, 88.73, infinity, .nan])
    #expect(exponentials[..<8] == [0, 0, tiny, 1, 1, Float(exp(Double(Float(88.72)))), infinity, infinity])
    #expect(exponentials[8].isNaN)
    let logarithms = RealFunction.logarithm(table, [0, -0.0, 1, infinity, -1, -infinity, .nan])
    #expect(logarithms[..<4] == [-infinity, -infinity, 0, infinity])
    #expect(logarithms[4...].allSatisfy { $0.isNaN })
    #expect(RealFunction.sigmoid(table, [-infinity, 0, infinity]) == [0, 0.5, 1])
    #expect(RealFunction.tangent(table, [-infinity, -20, 0, 20, infinity]) == [-1, -1, 0, 1, 1])
    #expect(RealFunction.tangent(table, [-0.0])[0].sign == .minus)
  }
}

/// How far `got` is from `wanted`, in units of the float nearest to it.
private func unitsInLastPlace(_ got: Float, _ wanted: Double) -> Double {
  let nearest = Float(wanted)
  if got == nearest || (got.isNaN && nearest.isNaN) { return 0 }
  if !got.isFinite || !nearest.isFinite { return .infinity }
  return abs(Double(got) - wanted) / Double(nearest.ulp)
}
