extension CenterCrop: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let input = lowering.shape
    let part = part(of: input)
    if part != input {
      // If the number of removed pixels is odd, the smaller half is removed at the top and left.
      let placement = Placement(from: input, to: part, top: -((input[0] - part[0]) / 2), left: -((input[1] - part[1]) / 2))
      lowering.add(output: part) { values, _ in PadCropOperation(values, placement) }
    }
    lowering.resize(to: [height, width, input[2]], .bilinear, antialias: false)
  }

  /// The shape of the remaining image. It is rounded as in Keras.
  private func part(of input: [Int]) -> [Int] {
    if input[0] >= height && input[1] >= width { return [height, width, input[2]] }
    func fitted(_ size: Int, _ target: Int, _ other: Int, _ limit: Int) -> Int {
      max(1, min(limit, Int(Double(size * target) / Double(other))))
    }
    return [fitted(input[1], height, width, input[0]), fitted(input[0], width, height, input[1]), input[2]]
  }
}
