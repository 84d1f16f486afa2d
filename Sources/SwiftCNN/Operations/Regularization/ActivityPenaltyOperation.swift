/// Passes its input on. It saves what each image adds to the loss, l1 · Σ|x| + l2 · Σx², before the division by the batch size.
final class ActivityPenaltyOperation: Operation {
  var values: OperationValues
  private let regularizer: Regularizer

  init(_ values: OperationValues, _ regularizer: Regularizer) {
    self.values = values
    self.regularizer = regularizer
  }

  var algorithm: String { "activity penalty" }
  var imagesAtOnce: Int { 0 }
  var work: Int { values.inputElements * ParallelThreshold.element }
  var worksInPlace: Bool { true }
  var isIdentity: Bool { true }
  var backwardReadsInput: Bool { true }
  var addsToLoss: Bool { true }
  var savedPerImage: Int { 1 }

  func forward(_ call: OperationCall) {
    let (l1, l2) = (Float(regularizer.l1), Float(regularizer.l2))
    let elements = values.inputElements
    for i in 0..<call.count {
      let x = call.input + i * elements
      let absolute = l1 == 0 ? 0 : laneSum(elements) { x[$0].magnitude }
      let square = l2 == 0 ? 0 : laneSum(elements) { x[$0] * x[$0] }
      call.saved[i] = l1 * absolute + l2 * square
      if call.output != call.input { (call.output + i * elements).update(from: x, count: elements) }
    }
  }

  /// dx = dy + (l1 · sign(x) + 2 · l2 · x) / batch size.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient else { return }
    let (l1, l2) = (Float(regularizer.l1) / Float(call.batchSize), 2 * Float(regularizer.l2) / Float(call.batchSize))
    let elements = call.count * values.inputElements
    let x = call.input
    for i in 0..<elements {
      let sign: Float = x[i] > 0 ? l1 : x[i] < 0 ? -l1 : 0
      inputGradient[i] = (call.outputGradient?[i] ?? 0) + (sign + l2 * x[i])
    }
  }

  /// The sum of what the images of a batch add to the loss, in order.
  func penalty(_ call: OperationCall) -> Double {
    var sum = 0.0
    for i in 0..<call.count { sum += Double(call.saved[i]) }
    return sum / Double(call.batchSize)
  }
}
