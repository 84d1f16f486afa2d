import CKernels
import Glibc

/// Windows that together cover an image, one for each pixel of the output.
struct AdaptiveWindows {
  /// (H, W, C) of the image.
  private let input: [Int]
  let output: [Int]

  init(of input: [Int], _ size: Extent) {
    self.input = input
    output = [size.height, size.width, input[2]]
  }

  var channels: Int { input[2] }
  /// Elements from one row of the image to the next.
  var row: Int { input[1] * input[2] }

  /// The pixels along axis 0 or 1 of the image that belong to pixel `i` of the output.
  private func pixels(_ axis: Int, _ i: Int) -> Range<Int> {
    i * input[axis] / output[axis]..<((i + 1) * input[axis]).dividedUp(by: output[axis])
  }

  /// Calls `body` for each window, in the order of the outputs. It passes the window as a pooling of its own, the place of its
  /// first element, and the place of its output.
  func forEachWindow(_ body: (_ pool: inout KernelPool, _ source: Int, _ target: Int) -> Void) {
    for y in 0..<output[0] {
      let rows = pixels(0, y)
      for x in 0..<output[1] {
        let columns = pixels(1, x)
        var pool = KernelPool(
          height: rows.count, width: input[1], channels: channels, out_height: 1, out_width: 1, pool_h: rows.count,
          pool_w: columns.count, stride_h: 1, stride_w: 1, pad_top: 0, pad_left: 0)
        body(&pool, rows.lowerBound * row + columns.lowerBound * channels, (y * output[1] + x) * channels)
      }
    }
  }
}

/// The mean of each window.
final class AdaptiveAveragePoolingOperation: Operation {
  var values: OperationValues
  private let windows: AdaptiveWindows

  init(_ values: OperationValues, _ windows: AdaptiveWindows) {
    self.values = values
    self.windows = windows
  }

  var algorithm: String { "adaptive average pooling" }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      windows.forEachWindow { pool, source, target in call.kernels.average_pool(&pool, input + source, output + target) }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (dx, dy) = (inputGradient + i * values.inputElements, outputGradient + i * values.outputElements)
      memset(dx, 0, values.inputElements * 4)
      windows.forEachWindow { pool, source, target in
        let share = 1 / Float(pool.pool_h * pool.pool_w)
        for y in 0..<pool.pool_h {
          for x in 0..<pool.pool_w {
            let place = source + y * windows.row + x * windows.channels
            call.kernels.add_scaled(dy + target, share, dx + place, windows.channels)
          }
        }
      }
    }
  }
}

/// The largest value of each window. The backward pass searches for its position again.
final class AdaptiveMaxPoolingOperation: Operation {
  var values: OperationValues
  private let windows: AdaptiveWindows

  init(_ values: OperationValues, _ windows: AdaptiveWindows) {
    self.values = values
    self.windows = windows
  }

  private static let mostByteCodes = 255

  var algorithm: String { "adaptive max pooling" }
  var backwardReadsInput: Bool { true }
  /// The largest values of a window, and their positions.
  var scratchElements: Int { 2 * windows.channels }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      windows.forEachWindow { pool, source, target in call.kernels.max_pool(&pool, input + source, output + target, nil, 0) }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    let codes = UnsafeMutableRawPointer(call.scratch + windows.channels)
    for i in 0..<call.count {
      let (input, dx) = (call.input + i * values.inputElements, inputGradient + i * values.inputElements)
      let dy = outputGradient + i * values.outputElements
      memset(dx, 0, values.inputElements * 4)
      windows.forEachWindow { pool, source, target in
        call.kernels.max_pool(&pool, input + source, call.scratch, codes, 0)
        for channel in 0..<windows.channels {
          let argmax = argmax(codes, channel, pool)
          let place = argmax / pool.pool_w * windows.row + argmax % pool.pool_w * windows.channels
          dx[source + place + channel] += dy[target + channel]
        }
      }
    }
  }

  /// The position of a channel's largest value in its window, from the codes that kernels.h describes.
  private func argmax(_ codes: UnsafeRawPointer, _ channel: Int, _ pool: KernelPool) -> Int {
    pool.pool_h * pool.pool_w <= Self.mostByteCodes
      ? Int(codes.load(fromByteOffset: channel, as: UInt8.self))
      : Int(codes.load(fromByteOffset: 4 * channel, as: Int32.self))
  }
}
