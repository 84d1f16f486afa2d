import CKernels

/// Standard normal random numbers of a layer. They are computed from uniform numbers by the inverse of the normal distribution.
///
/// Reference: Giles, "Approximating the erfinv function", GPU Computing Gems 2 (2011), single precision.
struct NormalNumbers {
  /// The number of values made at once, and the elements of memory for them.
  static let atOnce = 256
  static let scratchElements = 2 * atOnce

  private typealias Vector = SIMD16<Float>
  private let random: LayerRandom

  init(_ random: LayerRandom) { self.random = random }

  /// Calls `body` with the normal numbers of the elements `start`..<`start + count` of an image, chunk by chunk.
  func forEachPiece(
    of elements: Int, _ call: OperationCall, _ image: Int,
    _ body: (_ start: Int, _ numbers: UnsafePointer<Float>, _ count: Int) -> Void
  ) {
    let numbers = call.scratch
    let logarithms = numbers + Self.atOnce
    for start in stride(from: 0, to: elements, by: Self.atOnce) {
      for i in stride(from: 0, to: Self.atOnce, by: 4) {
        let words = random.words((start + i) / 4, call, image)
        for lane in 0..<4 { numbers[i + lane] = Self.uniform(words[lane]) }
      }
      for i in 0..<Self.atOnce { logarithms[i] = (1 - numbers[i]) * (1 + numbers[i]) }
      call.kernels.log(logarithms, logarithms, Self.atOnce)
      for i in stride(from: 0, to: Self.atOnce, by: 16) {
        let result = Self.normal(Self.load(numbers + i), negativeLogarithm: -Self.load(logarithms + i))
        UnsafeMutableRawPointer(numbers + i).storeBytes(of: result, as: Vector.self)
      }
      body(start, numbers, min(Self.atOnce, elements - start))
    }
  }

  /// One of the 2^24 odd multiples of 2^-24 between -1 and 1. The ends are excluded.
  private static func uniform(_ word: UInt32) -> Float { Float(Int32(word >> 8) * 2 + 1 - 0x100_0000) * 0x1p-24 }

  private static func load(_ source: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
  }

  private static let center: [Float] = [
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
    0.246640727, 1.50140941,
  ]
  private static let tail: [Float] = [
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
    1.00167406, 2.83297682,
  ]

  /// √2 · erfinv(u), with -ln(1 - u²).
  private static func normal(_ u: Vector, negativeLogarithm w: Vector) -> Vector {
    let inner = polynomial(center, w - 2.5)
    let outer = polynomial(tail, w.squareRoot() - 3)
    return outer.replacing(with: inner, where: w .< Vector(repeating: 5)) * u * 1.41421356
  }

  private static func polynomial(_ coefficients: [Float], _ x: Vector) -> Vector {
    coefficients.reduce(Vector(repeating: 0)) { $0 * x + $1 }
  }
}
