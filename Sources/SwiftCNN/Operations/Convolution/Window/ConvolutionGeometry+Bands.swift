extension ConvolutionGeometry {
  /// A 1 x 1 convolution reads no neighbours, so several rows of the image can be treated as one.
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

  /// The rows of outputs, divided into bands.
  var bands: [Range<Int>] { bands(atLeast: 1) }

  /// The same in at least `count` bands, if there are enough rows.
  func bands(atLeast count: Int) -> [Range<Int>] {
    let size = max(1, min(bandRows, rows.output / count))
    return stride(from: 0, to: rows.output, by: size).map { $0..<min(rows.output, $0 + size) }
  }

  /// Elements in a band of the padded image.
  var bandElements: Int { rows.inputRows(of: 0..<bandRows).count * imageBorder.paddedRow + 64 }

  /// Outputs of one filter in a band.
  var bandOutputs: Int { bandRows * columns.output }

  /// The number of output rows that are computed together: few enough for the second-level cache, but enough to justify reading
  /// the kernel.
  private var bandRows: Int {
    let row = rows.stride * imageBorder.paddedRow + columns.output * filters
    let elements = max(1 << 17, rows.window * columns.window * groupChannels * filters)
    return min(max(4, elements / row), rows.output)
  }
}
