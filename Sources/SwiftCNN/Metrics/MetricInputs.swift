import CKernels

/// Outputs and targets for a metric, as rows with one prediction each.
struct MetricInputs {
  let kernels: KernelTable
  /// [rows][columns]
  let outputs: UnsafePointer<Float>
  let targets: Targets.Batch
  /// [rows]; nil if all weights are 1.
  var weights: UnsafePointer<Float>?
  let rows: Int
  let columns: Int
  /// The inputs of the model's final activation (the logits), if they are known. Cross-entropies are computed from them, as in
  /// the loss.
  var logits: Logits?

  struct Logits {
    /// [rows][columns]
    let values: UnsafePointer<Float>
    let activation: ActivationFunction
  }

  func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }
  func output(_ row: Int) -> UnsafePointer<Float> { outputs + row * columns }
  func target(_ row: Int) -> UnsafePointer<Float> {
    guard let values = targets.values else { preconditionFailure("a metric of values was given class numbers") }
    return values + row * columns
  }
  func label(_ row: Int) -> Int {
    guard let labels = targets.labels else { preconditionFailure("a metric of class numbers was given values") }
    return Int(labels[row])
  }

  /// The mean over a row of a function of output and target.
  func mean(_ row: Int, _ function: (Float, Float) -> Double) -> Double {
    let (output, target) = (output(row), target(row))
    var sum = 0.0
    for i in 0..<columns { sum += function(output[i], target[i]) }
    return sum / Double(columns)
  }

  /// The column of the row's largest output, the first of equals.
  func largestOutput(_ row: Int) -> Int { Self.largest(output(row), columns) }

  /// The column of the row's largest target, the first of equals.
  func largestTarget(_ row: Int) -> Int { Self.largest(target(row), columns) }

  private static func largest(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for i in 1..<max(1, count) where values[i] > values[best] { best = i }
    return best
  }

  /// Whether fewer than `k` outputs of the row are greater than that of `label`.
  func isAmongLargest(_ k: Int, _ row: Int, _ label: Int) -> Bool {
    let values = output(row)
    var above = 0
    for i in 0..<columns where values[i] > values[label] { above += 1 }
    return above < k && values[label].isFinite
  }
}
