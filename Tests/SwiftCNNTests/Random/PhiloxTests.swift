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
  func permutation() throws {
    func order(_ epoch: Int) throws -> [Int] {
      let order = try Philox(seed: 3).permutation(1000, epoch: epoch)
      return withExtendedLifetime(order) { Array(order.values) }
    }
    #expect(try order(0).sorted() == Array(0..<1000))
    #expect(try order(0) != order(1))
    #expect(try order(0) == order(0))
  }

  @Test("initializers have the deviation and the bounds of their papers", arguments: InitializerCase.all)
  func initializers(_ expected: InitializerCase) throws {
    var values = [Float](repeating: .nan, count: 40_000)
    let fans = Fans(incoming: 200, outgoing: 100)
    try values.withUnsafeMutableBufferPointer {
      try expected.initializer.fill($0, shape: [400, 100], fans: fans, seed: 1, stream: 0)
    }
    let mean = values.reduce(0) { $0 + Double($1) } / 40_000
    let deviation = (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 40_000).squareRoot()
    // Five deviations of the mean and of the deviation over 40,000 draws; what is left of a constant's is rounding.
    #expect(abs(mean - expected.mean) <= 5 * expected.deviation / 200 + 1e-7)
    #expect(abs(deviation - expected.deviation) <= 5 * expected.deviation / 280 + 1e-7)
    #expect(values.allSatisfy { abs(Double($0) - expected.mean) <= expected.bound * 1.0001 + 1e-7 })
  }

  @Test("what initializers are told is written and read alike", arguments: InitializerCase.all)
  func description(_ expected: InitializerCase) throws {
    for seed in [nil, 3] as [UInt64?] {
      let read = try WeightInitializer(JSON.Field(WeightInitializer(expected.initializer, seed: seed).json))
      #expect(read.initializer == expected.initializer)
      #expect(read.seed == seed)
    }
  }
}

/// An initializer, and the numbers that it makes of 200 inputs and 100 outputs.
struct InitializerCase: Sendable {
  let initializer: Initializer
  let mean, deviation, bound: Double

  private init(_ initializer: Initializer, _ mean: Double, _ deviation: Double, _ bound: Double) {
    (self.initializer, self.mean, self.deviation, self.bound) = (initializer, mean, deviation, bound)
  }

  private static func uniform(_ initializer: Initializer, _ variance: Double) -> InitializerCase {
    InitializerCase(initializer, 0, variance.squareRoot(), (3 * variance).squareRoot())
  }

  private static func cutNormal(_ initializer: Initializer, _ variance: Double) -> InitializerCase {
    InitializerCase(initializer, 0, variance.squareRoot(), 2 * variance.squareRoot() / 0.87962566)
  }

  static let all = [
    InitializerCase(.zeros, 0, 0, 0), InitializerCase(.ones, 1, 0, 0), InitializerCase(.constant(-0.5), -0.5, 0, 0),
    uniform(.glorotUniform, 2 / 300), uniform(.heUniform, 2 / 200), uniform(.lecunUniform, 1 / 200),
    cutNormal(.glorotNormal, 2 / 300), cutNormal(.heNormal, 2 / 200), cutNormal(.lecunNormal, 1 / 200),
    uniform(.varianceScaling(scale: 3, mode: .outgoing, distribution: .uniform), 3 / 100),
    InitializerCase(.varianceScaling(mode: .average, distribution: .normal), 0, (1.0 / 150).squareRoot(), 1),
    InitializerCase(.randomUniform(from: -1, to: 2), 0.5, (9.0 / 12).squareRoot(), 1.5),
    InitializerCase(.randomNormal(mean: 0.3, deviation: 2), 0.3, 2, 12),
    InitializerCase(.truncatedNormal(mean: 0.3, deviation: 2), 0.3, 2 * 0.87962566, 4),
    InitializerCase(.orthogonal(gain: 3), 0, 3 / 20, 3), InitializerCase(.identity(gain: 1), 0.0025, 0.0499375, 1),
  ]
}
