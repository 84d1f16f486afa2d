import Testing

@testable import SwiftCNN

@Suite("Parity with Keras and with Python")
struct ParityTests {
  @Test("Every result is within tolerance of Keras's", arguments: try Golden.shared.get().cases)
  func golden(_ parity: ParityCase) throws {
    let golden = try Golden.shared.get()
    let run = try ParityRun(parity, golden: golden)
    for (kind, tolerance) in golden.tolerances {
      guard let expected = golden.values["\(parity.name)/\(kind)"]?.floats else { continue }
      let found = try #require(run.floats[kind]?.map(Double.init) ?? run.doubles[kind], "\(kind) is missing")
      try #require(found.count == expected.count, "\(kind)")
      let sizes = kind == "gradients" || kind == "final_weights" ? run.weightSizes : [found.count]
      for (index, error) in relativeErrors(found, expected, sizes: sizes).enumerated() {
        #expect(error <= tolerance, "\(kind)[\(index)]")
      }
    }
  }

  @Test(
    "Every bit is the one that Python gets", .enabled(if: usesFMA, "bits.json holds for instruction sets with FMA"),
    arguments: try Golden.shared.get().cases)
  func bits(_ parity: ParityCase) throws {
    let golden = try Golden.shared.get()
    #expect(try ParityRun(parity, golden: golden).digests == golden.bits[parity.name])
  }

  @Test(
    "1, 2 and 3 threads, and a second run, give the same bits",
    arguments: [
      "two_conv_softmax", "dropout", "batch_norm_training", "random_streams", "group_norm_training", "group_norm_blocks",
      "unit_norm_pixels", "adaptive_max_7x3", "adaptive_average_4x5", "normalization_training", "alpha_dropout",
    ])
  func threads(_ name: String) throws {
    let golden = try Golden.shared.get()
    let parity = try #require(golden.cases.first { $0.name == name })
    let before = Engine.numThreads
    defer { try? Engine.setNumThreads(before) }
    let digests = try [1, 2, 3, 3].map { threads in
      try Engine.setNumThreads(threads)
      return try ParityRun(parity, golden: golden).digests
    }
    #expect(digests.allSatisfy { $0 == digests[0] })
  }
}

/// The largest difference in each stretch of `sizes` values, relative to the stretch's largest expected value.
private func relativeErrors(_ found: [Double], _ expected: [Float], sizes: [Int]) -> [Double] {
  var start = 0
  return sizes.map { size in
    defer { start += size }
    let range = start..<start + size
    let scale = range.map { Double(expected[$0].magnitude) }.max() ?? 0
    // A NaN must fail, and max() would drop it.
    let errors = range.map { index in abs(found[index] - Double(expected[index])) }
    return errors.contains(where: \.isNaN) ? .infinity : (errors.max() ?? 0) / Swift.max(scale, .leastNormalMagnitude)
  }
}

let usesFMA = (try? InstructionSet.chosen()) != .baseline
