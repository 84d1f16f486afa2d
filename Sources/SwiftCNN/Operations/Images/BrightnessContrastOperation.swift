/// Changes the brightness or the contrast of every image by its own random amount. Values are kept in a range.
final class BrightnessContrastOperation: Operation {
  /// The meaning of an image's random amount.
  enum Change {
    /// Added to every value.
    case brightness(ClosedRange<Double>)
    /// Multiplies the distance of every value from its channel's mean.
    case contrast(ClosedRange<Double>)
  }

  var values: OperationValues
  private let channels: Int
  private let change: Change
  private let lowest: Float
  private let highest: Float
  private let random: LayerRandom

  init(_ values: OperationValues, channels: Int, change: Change, within range: ClosedRange<Double>, random: LayerRandom) {
    self.values = values
    self.channels = channels
    self.change = change
    self.random = random
    (lowest, highest) = (Float(range.lowerBound), Float(range.upperBound))
  }

  var algorithm: String { "color" }
  var backwardReadsInput: Bool { true }
  /// Elements for each channel's offset, and in the backward pass for each channel's mean gradient.
  var scratchElements: Int { 2 * channels }
  var work: Int { values.inputElements * ParallelThreshold.element }
  private var pixels: Int { values.inputElements / channels }

  /// y = scale · x + offset of the channel, clipped to the range.
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.inputElements)
      let scale = prepare(call, i, input, offsets: call.scratch)
      for pixel in 0..<pixels {
        for channel in 0..<channels {
          let place = pixel * channels + channel
          output[place] = min(max(input[place] * scale + call.scratch[channel], lowest), highest)
        }
      }
    }
  }

  /// Clipped values have no gradient.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    let means = call.scratch + channels
    for i in 0..<call.count {
      let offset = i * values.inputElements
      let (input, gradient, target) = (call.input + offset, outputGradient + offset, inputGradient + offset)
      let scale = prepare(call, i, input, offsets: call.scratch)
      for pixel in 0..<pixels {
        for channel in 0..<channels {
          let place = pixel * channels + channel
          let value = input[place] * scale + call.scratch[channel]
          target[place] = value >= lowest && value <= highest ? gradient[place] : 0
        }
      }
      guard case .contrast = change else { continue }
      channelMeans(target, into: means)
      for pixel in 0..<pixels {
        for channel in 0..<channels {
          let place = pixel * channels + channel
          target[place] = scale * target[place] + (1 - scale) * means[channel]
        }
      }
    }
  }

  /// The factor for an image's values, and each channel's offset.
  private func prepare(
    _ call: OperationCall, _ image: Int, _ input: UnsafePointer<Float>, offsets: UnsafeMutablePointer<Float>
  ) -> Float {
    let amounts = random.amounts(call, image)
    switch change {
    case .brightness(let range):
      offsets.update(repeating: Float(amounts.uniform(0, range)), count: channels)
      return 1
    case .contrast(let range):
      let scale = Float(amounts.uniform(0, range))
      channelMeans(input, into: offsets)
      for channel in 0..<channels { offsets[channel] *= 1 - scale }
      return scale
    }
  }

  private func channelMeans(_ image: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>) {
    for channel in 0..<channels {
      var sum = 0.0
      for pixel in 0..<pixels { sum += Double(image[pixel * channels + channel]) }
      means[channel] = Float(sum / Double(pixels))
    }
  }
}
