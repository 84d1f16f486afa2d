import CKernels

/// Pooling of one channel in Double, from its definition.
struct PoolReference {
  /// The pixels of each window inside the image: their offset in the plane, and their place in the window.
  private let windows: [[(pixel: Int, place: Int)]]

  init(pool: KernelPool) {
    windows = (0..<pool.out_height * pool.out_width).map { output in
      let top = output / pool.out_width * pool.stride_h - pool.pad_top
      let left = output % pool.out_width * pool.stride_w - pool.pad_left
      return (0..<pool.pool_h * pool.pool_w).compactMap { place in
        let (y, x) = (top + place / pool.pool_w, left + place % pool.pool_w)
        guard (0..<pool.height).contains(y), (0..<pool.width).contains(x) else { return nil }
        return (y * pool.width + x, place)
      }
    }
  }

  func maxima(_ plane: [Double], relu: Bool) -> (values: [Double], codes: [Int]) {
    var result: (values: [Double], codes: [Int]) = ([], [])
    for window in windows {
      let best = window.dropFirst().reduce(window[0]) {
        plane[$1.pixel] > plane[$0.pixel] ? $1 : $0
      }
      let isDead = relu && plane[best.pixel] <= 0
      result.values.append(isDead ? 0 : plane[best.pixel])
      result.codes.append(isDead ? -1 : best.place)
    }
    return result
  }

  func means(_ plane: [Double]) -> [Double] {
    windows.map { window in window.reduce(0) { $0 + plane[$1.pixel] } / Double(window.count) }
  }

  /// Splits NHWC values of one image into planes, one a channel, and joins them again.
  static func planes(_ values: [Float], _ channels: Int) -> [[Double]] {
    (0..<channels).map { c in
      stride(from: c, to: values.count, by: channels).map { Double(values[$0]) }
    }
  }

  static func joined(_ planes: [[Double]]) -> [Double] {
    guard let first = planes.first else { return [] }
    return first.indices.flatMap { pixel in planes.map { $0[pixel] } }
  }
}
