import Testing

@testable import SwiftCNN

@Suite("Gradients of a dense layer along lists of what relu and dropout leave")
struct SparseGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var units: Int
    var rows = 40
    var isFirst = false

    var testDescription: String { "\(rows) rows of \(inputs) inputs, \(units) units, \(isFirst ? "" : "not ")first" }
  }

  static let cases = [
    Case(inputs: 64, units: 16), Case(inputs: 256, units: 48),
    // Inputs beside whole blocks and panels, units beside whole vectors.
    Case(inputs: 200, units: 21), Case(inputs: 63, units: 32), Case(inputs: 112, units: 50),
    Case(inputs: 128, units: 20, rows: 1), Case(inputs: 128, units: 20, rows: 128),
    // Nobody asks for the gradient of the input.
    Case(inputs: 128, units: 20, isFirst: true),
  ]

  /// Changes nothing, and nothing is fused with it or knows what is behind it.
  private static let barrier = AveragePooling2D(poolSize: 1)

  /// Loss and gradients of images of one pixel. Most units are dead.
  /// - Parameter barrier: whether one hides the relu or dropout from the tested layer, else it stands before it.
  private func gradients(_ test: Case, behind: any Layer, barrier: Bool, isFrozen: Bool = false) throws -> [Float] {
    let model = try Sequential(input: [1, 1, test.inputs], seed: 5) {
      // Its weights make the plan ask for the gradient of the tested layer's input.
      if !test.isFirst { Dense(test.inputs, kernelInitializer: .identity(gain: 1)) }
      if !barrier { Self.barrier }
      Dense(test.units, biasInitializer: .constant(-0.8), name: "tested")
      if barrier { Self.barrier }
      behind
      Dense(3)
    }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    if isFrozen { try model.setTrainable(false, layer: "tested") }
    try expectLists(model, barrier: barrier)
    let x = try Tensor(shape: [test.rows, 1, 1, test.inputs], values: values(test.rows * test.inputs, seed: 1))
    let y = try Tensor(shape: [test.rows, 1, 1, 3], values: values(test.rows * 3, seed: 2))
    let result = try model.gradients(x, y, training: true)
    return [Float(result.loss)] + result.gradients
  }

  private func expectLists(_ model: Sequential, barrier: Bool) throws {
    let design = try model.exclusively { state throws(SwiftCNNError) in
      try state.design(training: true, compiled: nil, batchSize: 4)
    }
    let listed = design.operations.filter { ($0 as? DenseOperation)?.mayStopGradients == true }
    #expect(listed.count == (barrier ? 0 : 1))
  }

  @Test("behind relu, in bits", arguments: cases)
  func relu(_ test: Case) throws {
    #expect(try gradients(test, behind: ReLU(), barrier: false) == gradients(test, behind: ReLU(), barrier: true))
  }

  @Test("behind dropout, in bits", arguments: cases)
  func dropout(_ test: Case) throws {
    #expect(try gradients(test, behind: Dropout(0.8), barrier: false) == gradients(test, behind: Dropout(0.8), barrier: true))
  }

  @Test("behind dropout that leaves too much, in bits", arguments: cases)
  func little(_ test: Case) throws {
    #expect(try gradients(test, behind: Dropout(0.1), barrier: false) == gradients(test, behind: Dropout(0.1), barrier: true))
  }

  @Test("of a layer whose weights do not learn, in bits", arguments: cases.filter { !$0.isFirst })
  func frozen(_ test: Case) throws {
    let lists = try gradients(test, behind: ReLU(), barrier: false, isFrozen: true)
    #expect(try lists == gradients(test, behind: ReLU(), barrier: true, isFrozen: true))
  }

  /// Rows in parts, whose sums are added.
  @Test("of more rows than are taken at once", arguments: [129, 300])
  func manyRows(_ rows: Int) throws {
    let test = Case(inputs: 136, units: 20, rows: rows)
    let lists = try gradients(test, behind: ReLU(), barrier: false)
    let whole = try gradients(test, behind: ReLU(), barrier: true)
    #expect(lists != whole)
    expectClose(lists, whole.map(Double.init), relative: 1e-6)
  }
}
