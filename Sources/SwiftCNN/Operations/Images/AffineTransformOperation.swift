/// Moves the pixels of every image by the image's own affine map.
final class AffineTransformOperation: Operation {
  var values: OperationValues
  private let sampler: Sampler
  /// The first element of the part of the image that is sampled.
  private let start: Int
  private let map: (RandomAmounts) -> AffineMap
  private let random: LayerRandom

  /// - Parameter map: computes the map from the random amounts of an image.
  init(
    _ values: OperationValues, sampler: Sampler, start: Int = 0, random: LayerRandom, map: @escaping (RandomAmounts) -> AffineMap
  ) {
    self.values = values
    self.sampler = sampler
    self.start = start
    self.random = random
    self.map = map
  }

  var algorithm: String { "sampling" }
  var work: Int { values.outputElements * ParallelThreshold.element }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      sampler.forward(
        map(random.amounts(call, i)), call.input + i * values.inputElements + start, call.output + i * values.outputElements)
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let target = inputGradient + i * values.inputElements
      target.update(repeating: 0, count: values.inputElements)
      sampler.backward(map(random.amounts(call, i)), outputGradient + i * values.outputElements, target + start)
    }
  }
}
