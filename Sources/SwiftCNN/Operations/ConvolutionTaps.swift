/// The taps of a kernel along one axis that an input meets, each with an output.
struct KernelTaps {
  /// The taps are first, first + step, …
  var first = 0
  var step = 1
  var count = 0
  /// The output that the first one belongs to; each later one is `outputStep` outputs earlier.
  var firstOutput = 0
  var outputStep = 1

  var isEmpty: Bool { count == 0 }
}

/// Input columns that differ by a multiple of the stride: they meet the same taps.
struct ColumnPhase {
  var taps: KernelTaps
  var firstInput: Int
  var count: Int
  /// Taps of the phases before this one.
  var firstTap: Int

  /// The output, perhaps one of the border, that the last tap of the first input meets.
  var lastTapOutput: Int { taps.firstOutput - (taps.count - 1) * taps.outputStep }
}

extension SlidingAxis {
  /// Rows of the image, those of the padding included, under the windows of some outputs.
  func inputRows(of outputs: Range<Int>) -> Range<Int> {
    let first = outputs.lowerBound * stride - padBefore
    return first..<first + (outputs.count - 1) * stride + reach
  }

  /// Outputs whose windows may meet some inputs.
  func outputRows(of inputs: Range<Int>) -> Range<Int> {
    let first = max(0, (inputs.lowerBound + padBefore - reach + stride) / stride)
    let end = min(output, (inputs.upperBound - 1 + padBefore) / stride + 1)
    return first..<max(first, end)
  }

  /// The most outputs that `outputRows` names for so many inputs.
  func mostOutputRows(of inputs: Int) -> Int { min(output, (inputs + reach) / stride + 2) }

  /// The taps that meet input `x`, of outputs that exist.
  func taps(meeting x: Int) -> KernelTaps { taps(meeting: x, among: 0..<output) }

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

  /// The inputs 0, 1, … up to the stride, each with those that follow it at the stride.
  var phases: [ColumnPhase] {
    var firstTap = 0
    return (0..<min(stride, input)).map { x in
      let taps = taps(meeting: x, among: -reach..<input + padBefore + 1)
      defer { firstTap += taps.count }
      return ColumnPhase(taps: taps, firstInput: x, count: (input - x + stride - 1) / stride, firstTap: firstTap)
    }
  }

  /// Zeros before and after the outputs, so that every tap of every input meets an output or a zero.
  var gradientBorder: (before: Int, after: Int) {
    let phases = phases.filter { !$0.taps.isEmpty }
    let first = phases.map(\.lastTapOutput).min() ?? 0
    let last = phases.map { $0.taps.firstOutput + $0.count - 1 }.max() ?? 0
    return (max(0, -first), max(0, last - output + 1))
  }

  /// The place of a tap among rows x window, ordered by phase, row of the kernel, and backwards along this axis;
  /// nil if no input meets it.
  func placeOfTap(row: Int, _ tap: Int, rows: Int) -> Int? {
    for phase in phases {
      let (steps, remainder) = (tap - phase.taps.first).quotientAndRemainder(dividingBy: phase.taps.step)
      guard remainder == 0, 0..<phase.taps.count ~= steps else { continue }
      return phase.firstTap * rows + (row + 1) * phase.taps.count - 1 - steps
    }
    return nil
  }
}
