/// What to measure, as a line of integers tells it: threads, images, height, width, channels, filters, kernel, stride, 1 for
/// "same" padding or 0, and groups, which may be left out.
struct ConvolutionShape {
  let threads: Int
  let images: Int
  let height: Int
  let width: Int
  let channels: Int
  let filters: Int
  let kernel: Int
  let stride: Int
  let isPadded: Bool
  let groups: Int

  init?(line: String) {
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    guard 9...10 ~= numbers.count else { return nil }
    (threads, images, height, width) = (numbers[0], numbers[1], numbers[2], numbers[3])
    (channels, filters, kernel, stride) = (numbers[4], numbers[5], numbers[6], numbers[7])
    isPadded = numbers[8] == 1
    groups = numbers.count > 9 ? numbers[9] : 1
  }

  /// Multiply-adds of the direct form, for all images; those with the zeros of padding are counted too.
  var multiplyAdds: Int {
    images * outputs(height) * outputs(width) * kernel * kernel * channels / groups * filters
  }

  private func outputs(_ size: Int) -> Int { isPadded ? (size + stride - 1) / stride : (size - kernel) / stride + 1 }
}
