extension ConvolutionGeometry {
  /// A 1 x 1 convolution has no neighbours, so that several rows of the image can be one.
  var merged: ConvolutionGeometry {
    let plain = [rows, columns].allSatisfy { $0.window == 1 && $0.stride == 1 && $0.output == $0.input }
    guard plain, let count = (1...rows.input).last(where: { rows.input % $0 == 0 && ($0 == 1 || $0 * columns.input <= 512) })
    else { return self }
    var merged = self
    merged.rows.input /= count
    merged.rows.output = merged.rows.input
    merged.columns.input *= count
    merged.columns.output = merged.columns.input
    return merged
  }

  var imageBorder: Border {
    Border(
      height: rows.input, row: columns.input * channels, before: columns.padBefore * channels,
      paddedRow: columns.padded * channels)
  }

  /// Around the gradient of the output.
  var gradientBorder: Border {
    let (before, after) = columns.gradientBorder
    return Border(
      height: rows.output, row: columns.output * filters, before: before * filters,
      paddedRow: (before + columns.output + after) * filters)
  }

  /// `rows` cut into bands.
  func bands(of rows: Int) -> [Range<Int>] {
    stride(from: 0, to: rows, by: bandRows).map { $0..<min(rows, $0 + bandRows) }
  }

  /// Elements of a band of the padded image, or of the gradient of the output.
  var bandElements: Int {
    let image = rows.inputRows(of: 0..<bandRows).count * imageBorder.paddedRow
    let gradient = rows.mostOutputRows(of: bandRows) * gradientBorder.paddedRow
    return max(image, gradient) + 64
  }

  /// Output rows, or input rows of a gradient, that are computed together: few enough for the second-level cache, but
  /// enough to be worth reading the kernel.
  private var bandRows: Int {
    let row = rows.stride * imageBorder.paddedRow + gradientBorder.paddedRow
    let elements = max(1 << 17, rows.window * columns.window * groupChannels * filters)
    return min(max(4, elements / row), max(rows.output, rows.input))
  }
}
