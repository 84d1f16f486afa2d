extension RandomCrop: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let fits = lowering.shape[0] >= height && lowering.shape[1] >= width
    if lowering.isTraining && fits { addCut(to: &lowering) } else { addResizedMiddle(to: &lowering) }
  }

  private func addCut(to lowering: inout Lowering) {
    let (inputHeight, inputWidth, channels) = (lowering.shape[0], lowering.shape[1], lowering.shape[2])
    let sampler = Sampler(
      height: inputHeight, width: inputWidth, channels: channels, row: inputWidth * channels, outputHeight: height,
      outputWidth: width, interpolation: .nearest)
    let (rows, columns) = (0...Double(inputHeight - height + 1), 0...Double(inputWidth - width + 1))
    let random = lowering.random(seed: seed)
    lowering.add(output: [height, width, channels]) { values, _ in
      AffineTransformOperation(values, sampler: sampler, random: random) { amounts in
        AffineMap(
          x0: Float(amounts.uniform(1, columns).rounded(.down)), y0: Float(amounts.uniform(0, rows).rounded(.down)))
      }
    }
  }

  private func addResizedMiddle(to lowering: inout Lowering) {
    let (inputHeight, inputWidth, channels) = (lowering.shape[0], lowering.shape[1], lowering.shape[2])
    let partHeight = max(min(inputHeight, inputWidth * height / width), 1)
    let partWidth = max(min(inputWidth, inputHeight * width / height), 1)
    let start = ((inputHeight - partHeight) / 2 * inputWidth + (inputWidth - partWidth) / 2) * channels
    let sampler = Sampler(
      height: partHeight, width: partWidth, channels: channels, row: inputWidth * channels, outputHeight: height,
      outputWidth: width, fillMode: .nearest)
    // Pixels are squares around their centers.
    let (stepX, stepY) = (Float(partWidth) / Float(width), Float(partHeight) / Float(height))
    let map = AffineMap(xx: stepX, x0: stepX / 2 - 0.5, yy: stepY, y0: stepY / 2 - 0.5)
    let random = lowering.random(seed: seed)
    lowering.add(output: [height, width, channels]) { values, _ in
      AffineTransformOperation(values, sampler: sampler, start: start, random: random) { _ in map }
    }
  }
}
