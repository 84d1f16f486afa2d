@testable import SwiftCNN

/// A convolution in double precision, straight from its definition.
struct ConvolutionReference {
  let geometry: ConvolutionGeometry
  let kernel: [Float]
  let bias: [Float]?

  /// y[oy][ox][f] of one image [H][W][C].
  func forward(_ image: [Float]) -> [Double] {
    var output: [Double] = []
    each { oy, ox, f in
      var sum = Double(bias?[f] ?? 0)
      eachTap(oy, ox, f) { pixel, weight in sum += Double(image[pixel]) * Double(kernel[weight]) }
      output.append(sum)
    }
    return output
  }

  /// Gradients of sum(dy · y) with respect to the image, the kernel and the bias.
  func backward(_ image: [Float], _ gradient: [Double]) -> (image: [Double], kernel: [Double], bias: [Double]) {
    var dx = [Double](repeating: 0, count: image.count)
    var dk = [Double](repeating: 0, count: kernel.count)
    var db = [Double](repeating: 0, count: geometry.filters)
    var next = 0
    each { oy, ox, f in
      let dy = gradient[next]
      next += 1
      db[f] += dy
      eachTap(oy, ox, f) { pixel, weight in
        dx[pixel] += dy * Double(kernel[weight])
        dk[weight] += dy * Double(image[pixel])
      }
    }
    return (dx, dk, db)
  }

  private func each(_ body: (_ oy: Int, _ ox: Int, _ f: Int) -> Void) {
    for oy in 0..<geometry.rows.output {
      for ox in 0..<geometry.columns.output {
        for f in 0..<geometry.filters { body(oy, ox, f) }
      }
    }
  }

  private func eachTap(_ oy: Int, _ ox: Int, _ f: Int, _ body: (_ pixel: Int, _ weight: Int) -> Void) {
    let (rows, columns) = (geometry.rows, geometry.columns)
    let firstChannel = f / geometry.groupFilters * geometry.groupChannels
    for ky in 0..<rows.window {
      let y = oy * rows.stride + ky * rows.dilation - rows.padBefore
      for kx in 0..<columns.window where y >= 0 && y < rows.input {
        let x = ox * columns.stride + kx * columns.dilation - columns.padBefore
        for c in 0..<geometry.groupChannels where x >= 0 && x < columns.input {
          body(
            (y * columns.input + x) * geometry.channels + firstChannel + c,
            ((ky * columns.window + kx) * geometry.groupChannels + c) * geometry.filters + f)
        }
      }
    }
  }
}
