import CKernels
import Glibc

/// Resizes an image. Output rows are weighted sums of input rows; within each of these, output columns are weighted sums of
/// columns.
final class ResizeOperation: Operation {
  var values: OperationValues
  private let rows: ResamplingAxis
  private let columns: ResamplingAxis
  private let channels: Int

  init(_ values: OperationValues, rows: ResamplingAxis, columns: ResamplingAxis, channels: Int) {
    self.values = values
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  var algorithm: String { "resizing" }
  /// Elements for a row with the input's width.
  var scratchElements: Int { inputRow }

  private var inputRow: Int { columns.input * channels }
  private var outputRow: Int { columns.output * channels }
}

// MARK: - Forward

extension ResizeOperation {
  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      let (image, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      for y in 0..<rows.output {
        let target = output + y * outputRow
        if rows.repeats(y) {
          memcpy(target, target - outputRow, outputRow * 4)
        } else {
          stretch(row(call, y, of: image), into: target)
        }
      }
    }
  }

  /// The weighted sum of the input rows for output row `y`.
  private func row(_ call: OperationCall, _ y: Int, of image: UnsafePointer<Float>) -> UnsafePointer<Float> {
    let start = image + rows.first[y] * inputRow
    if rows.taps == 1 { return start }
    call.kernels.scale_offset(start, rows.weights[y * rows.taps], 0, call.scratch, inputRow)
    for tap in 1..<rows.taps {
      call.kernels.add_scaled(start + tap * inputRow, rows.weights[y * rows.taps + tap], call.scratch, inputRow)
    }
    return UnsafePointer(call.scratch)
  }

  private func stretch(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for x in 0..<columns.output {
      let (pixel, start) = (target + x * channels, source + columns.first[x] * channels)
      let weight = columns.weights[x * columns.taps]
      for c in 0..<channels { pixel[c] = weight * start[c] }
      for tap in 1..<columns.taps {
        let (neighbour, weight) = (start + tap * channels, columns.weights[x * columns.taps + tap])
        for c in 0..<channels { pixel[c] += weight * neighbour[c] }
      }
    }
  }
}

// MARK: - Backward

extension ResizeOperation {
  /// Uses the same weights, from each output to its neighbours in the input.
  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      let (dx, dy) = (inputGradient + i * values.inputElements, outputGradient + i * values.outputElements)
      memset(dx, 0, values.inputElements * 4)
      for y in 0..<rows.output {
        gather(dy + y * outputRow, into: call.scratch)
        for tap in 0..<rows.taps {
          call.kernels.add_scaled(
            call.scratch, rows.weights[y * rows.taps + tap], dx + (rows.first[y] + tap) * inputRow, inputRow)
        }
      }
    }
  }

  private func gather(_ gradient: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>) {
    memset(row, 0, inputRow * 4)
    for x in 0..<columns.output {
      let pixel = gradient + x * channels
      for tap in 0..<columns.taps {
        let (neighbour, weight) = (row + (columns.first[x] + tap) * channels, columns.weights[x * columns.taps + tap])
        for c in 0..<channels { neighbour[c] += weight * pixel[c] }
      }
    }
  }
}
