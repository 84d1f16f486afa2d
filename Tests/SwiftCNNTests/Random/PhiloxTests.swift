import Testing

@testable import SwiftCNN

@Suite("Random numbers")
struct PhiloxTests {
  @Test("Philox4x32-10 gives the published words")
  func knownAnswers() {
    #expect(Philox(seed: 0).block([0, 0, 0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(Philox(seed: .max).block([.max, .max, .max, .max]) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  @Test("a permutation holds every number once and changes with the epoch")
  func permutation() {
    let order = Philox(seed: 3).permutation(1000, epoch: 0)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Philox(seed: 3).permutation(1000, epoch: 1))
    #expect(order == Philox(seed: 3).permutation(1000, epoch: 0))
  }

  @Test("initializers have the deviation and the bounds of their papers", arguments: Initializer.allCases)
  func initializers(_ initializer: Initializer) {
    var values = [Float](repeating: .nan, count: 40_000)
    let fans = Fans(incoming: 200, outgoing: 100)
    values.withUnsafeMutableBufferPointer { initializer.fill($0, fans: fans, seed: 1, stream: 0) }
    let mean = values.reduce(0) { $0 + Double($1) } / 40_000
    let deviation = (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 40_000).squareRoot()
    let expected: (mean: Double, deviation: Double, bound: Double) =
      switch initializer {
      case .zeros: (0, 0, 0)
      case .ones: (1, 0, 1)
      case .glorotUniform: (0, (2.0 / 300).squareRoot(), (6.0 / 300).squareRoot())
      case .heUniform: (0, (2.0 / 200).squareRoot(), (6.0 / 200).squareRoot())
      case .lecunUniform: (0, (1.0 / 200).squareRoot(), (3.0 / 200).squareRoot())
      case .glorotNormal: (0, (2.0 / 300).squareRoot(), 2 * (2.0 / 300).squareRoot() / 0.87962566)
      case .heNormal: (0, (2.0 / 200).squareRoot(), 2 * (2.0 / 200).squareRoot() / 0.87962566)
      case .lecunNormal: (0, (1.0 / 200).squareRoot(), 2 * (1.0 / 200).squareRoot() / 0.87962566)
      }
    // Five deviations of the mean and of the deviation over 40,000 draws.
    #expect(abs(mean - expected.mean) <= 5 * expected.deviation / 200)
    #expect(abs(deviation - expected.deviation) <= 5 * expected.deviation / 280)
    #expect(values.allSatisfy { abs(Double($0)) <= expected.bound * 1.0001 })
  }
}
