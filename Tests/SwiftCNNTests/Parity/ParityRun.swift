@testable import SwiftCNN

/// What one case gives: the values by kind, and how its weights are laid end to end.
struct ParityRun {
  var floats: [String: [Float]] = [:]
  var doubles: [String: [Double]] = [:]
  let weightSizes: [Int]

  /// Runs `parity` the way that Tests/Golden/README.md tells.
  init(_ parity: ParityCase, golden: Golden) throws {
    let model = try Model(architecture: parity.architecture, seed: 7)
    weightSizes = model.weightSpecs.map { $0.shape.reduce(1, *) }
    floats["initial"] = try model.weights
    try model.compile(configuration: parity.configuration)
    let data = try ParityData(parity, golden: golden)
    try model.setAllWeights(parity.weights(model.weightSpecs))
    try inference(model, data, batchSize: parity.batchSize)
    if parity.steps > 0 { try train(model, data, parity) }
    if parity.fitEpochs > 0 { try fit(model, data, batchSize: parity.batchSize, epochs: parity.fitEpochs) }
  }

  private mutating func inference(_ model: Model, _ data: ParityData, batchSize: Int) throws {
    floats["output"] = try model.predict(data.x, batchSize: batchSize).floats
    let (loss, gradients) = try model.lossAndGradients(data.batch(0..<batchSize))
    doubles["loss"] = [loss]
    floats["gradients"] = gradients
    doubles["metrics"] = try data.withViews { x, y, weight in
      try model.evaluate(x: x, y: y, sampleWeight: weight, batchSize: batchSize)
    }
  }

  private mutating func train(_ model: Model, _ data: ParityData, _ parity: ParityCase) throws {
    doubles["losses"] = try (0..<parity.steps).map { step in
      let start = step * parity.batchSize % data.rows
      return try data.batch(start..<start + parity.batchSize).withViews { x, y, weight in
        try model.trainOnBatch(x: x, y: y, sampleWeight: weight)[0]
      }
    }
    floats["final_weights"] = try model.weights
  }

  private mutating func fit(_ model: Model, _ data: ParityData, batchSize: Int, epochs: Int) throws {
    let history = try data.withViews { x, y, weight in
      var options = FitOptions()
      options.batchSize = batchSize
      options.epochs = epochs
      options.validationSplit = 0.2
      return try model.fit(x: x, y: y, sampleWeight: weight, options: options)
    }
    doubles["history"] = ["accuracy", "loss", "val_accuracy", "val_loss"].flatMap { history.values[$0] ?? [] }
    floats["fitted_weights"] = try model.weights
  }

  /// FNV-1a, 64 bits, of the bytes of each kind of value.
  var digests: [String: String] {
    var digests = floats.mapValues { $0.withUnsafeBytes(fnv1a) }
    digests.merge(doubles.mapValues { $0.withUnsafeBytes(fnv1a) }) { first, _ in first }
    return digests
  }
}

func fnv1a(_ bytes: UnsafeRawBufferPointer) -> String {
  var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
  let digits = String(digest, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
