/// The taps of a kernel along one axis that meet an input, each with its output.
struct KernelTaps {
  /// The taps are first, first + step, …
  var first = 0
  var step = 1
  var count = 0
  /// The output of the first tap. The output of each later tap is `outputStep` outputs earlier.
  var firstOutput = 0
  var outputStep = 1

  var isEmpty: Bool { count == 0 }
  var last: Int { first + (count - 1) * step }
  var lastOutput: Int { firstOutput - (count - 1) * outputStep }
}

/// Consecutive inputs at a distance of the stride that meet the same taps.
struct InputRun: AxisRun {
  /// The taps of the first input. The outputs of each later input are one further.
  var taps: KernelTaps
  var first: Int
  let stride: Int
  var count: Int
  /// All taps that meet inputs at a distance of the stride, and the number of taps in the phases before.
  var phase: TapPhase

  func alone(_ i: Int) -> InputRun {
    var run = self
    run.taps.firstOutput += i
    run.first += i * stride
    run.count = 1
    return run
  }

  /// The position of the last tap in a row of the kernel, as `placeOfTap` returns it.
  func placeOfLastTap(row: Int, rows: Int) -> Int { phase.place(of: taps.last, row: row, rows: rows) }
}

/// The taps that meet inputs at a distance of a multiple of the stride, if the outputs had no edges.
struct TapPhase {
  var taps: KernelTaps
  /// The number of taps in the phases before this one.
  var firstTap: Int

  /// See `SlidingAxis.placeOfTap`; the tap must be of this phase.
  func place(of tap: Int, row: Int, rows: Int) -> Int {
    firstTap * rows + (row + 1) * taps.count - 1 - (tap - taps.first) / taps.step
  }
}

/// Consecutive taps of a kernel along one axis, and consecutive outputs. For all these outputs, all these taps meet inputs inside
/// the image.
struct TapRun: AxisRun {
  var taps: Range<Int>
  var outputs: Range<Int>

  var count: Int { outputs.count }
  func alone(_ i: Int) -> TapRun { TapRun(taps: taps, outputs: outputs.lowerBound + i..<outputs.lowerBound + i + 1) }
  func clamped(to range: Range<Int>) -> TapRun { TapRun(taps: taps, outputs: outputs.clamped(to: range)) }
}

extension SlidingAxis {
  /// The rows of the image, including padding, under the windows of some outputs.
  func inputRows(of outputs: Range<Int>) -> Range<Int> {
    let first = outputs.lowerBound * stride - padBefore
    return first..<first + (outputs.count - 1) * stride + reach
  }

  /// The outputs for which this tap of the window meets the input, not the padding.
  func outputs(meeting tap: Int) -> Range<Int> {
    let first = tap * dilation - padBefore  // the input that the first output meets
    let start = min(output, max(0, stride - 1 - first) / stride)
    return start..<max(start, min(output, (input - first + stride - 1) / stride))
  }

  /// All taps. Consecutive taps that meet the input for the same outputs form one run.
  /// - Parameter areJoined: false for a run of its own for each tap.
  func tapRuns(areJoined: Bool) -> [TapRun] {
    var runs: [TapRun] = []
    for tap in 0..<window {
      let outputs = outputs(meeting: tap)
      if areJoined, let last = runs.last, last.outputs == outputs {
        runs[runs.count - 1].taps = last.taps.lowerBound..<tap + 1
      } else {
        runs.append(TapRun(taps: tap..<tap + 1, outputs: outputs))
      }
    }
    return runs
  }

  /// The taps that meet the input, not the padding, for this output.
  private func taps(of output: Int) -> Range<Int> {
    let first = output * stride - padBefore  // the input that the first tap meets
    let start = min(window, (max(0, -first) + dilation - 1) / dilation)
    return start..<max(start, min(window, (input - first + dilation - 1) / dilation))
  }

  /// The outputs `outputs`. Consecutive outputs with the same taps on the input form one run.
  func outputRuns(_ outputs: Range<Int>) -> [TapRun] {
    var runs: [TapRun] = []
    for output in outputs {
      let taps = taps(of: output)
      if let last = runs.last, last.taps == taps {
        runs[runs.count - 1].outputs = last.outputs.lowerBound..<output + 1
      } else {
        runs.append(TapRun(taps: taps, outputs: output..<output + 1))
      }
    }
    return runs
  }

  private func taps(meeting x: Int, among outputs: Range<Int>) -> KernelTaps {
    var taps = KernelTaps()
    for tap in 0..<window {
      let distance = x + padBefore - tap * dilation
      guard distance % stride == 0, outputs.contains(distance / stride) else { continue }
      if taps.count == 0 {
        taps.first = tap
        taps.firstOutput = distance / stride
      } else if taps.count == 1 {
        taps.step = tap - taps.first
        taps.outputStep = taps.firstOutput - distance / stride
      }
      taps.count += 1
    }
    return taps
  }

  /// The taps of the inputs 0, 1, … up to the stride.
  private var phases: [TapPhase] {
    var firstTap = 0
    return (0..<min(stride, input)).map { x in
      let taps = taps(meeting: x, among: -reach..<input + padBefore + 1)
      defer { firstTap += taps.count }
      return TapPhase(taps: taps, firstTap: firstTap)
    }
  }

  /// All inputs, ordered by phase.
  var inputRuns: [InputRun] {
    var runs: [InputRun] = []
    for (start, phase) in phases.enumerated() {
      for x in Swift.stride(from: start, to: input, by: stride) {
        let taps = taps(meeting: x, among: 0..<output)
        if let last = runs.last, x != start, last.taps.first == taps.first, last.taps.count == taps.count {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(InputRun(taps: taps, first: x, stride: stride, count: 1, phase: phase))
        }
      }
    }
    return runs
  }

  /// The position of a tap among rows x window, ordered by phase, then by row of the kernel, and backwards along this axis. It is
  /// nil if no input meets the tap.
  func placeOfTap(row: Int, _ tap: Int, rows: Int) -> Int? {
    for phase in phases {
      let (steps, remainder) = (tap - phase.taps.first).quotientAndRemainder(dividingBy: phase.taps.step)
      if remainder == 0, 0..<phase.taps.count ~= steps { return phase.place(of: tap, row: row, rows: rows) }
    }
    return nil
  }
}
