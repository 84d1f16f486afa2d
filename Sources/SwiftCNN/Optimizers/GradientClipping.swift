import CKernels

/// How gradients that are too large are clipped before a step.
public enum GradientClipping: Sendable, Equatable {
  /// Clips every element to -limit...limit.
  case value(Double)
  /// Scales every weight's gradient down to this Euclidean norm.
  case norm(Double)
  /// Scales all gradients together down to this Euclidean norm (Pascanu, Mikolov and Bengio 2013).
  case globalNorm(Double)
}

extension GradientClipping {
  /// Clips the gradients of the weights at `ranges`. Norms are sums over fixed chunks in a fixed order.
  func apply(
    to gradients: UnsafeMutablePointer<Float>, of ranges: [Range<Int>], _ kernels: KernelTable, threads: Int
  ) {
    let chunks = ranges.enumerated().flatMap { weight, range in
      range.chunks.map { (weight: weight, start: $0.lowerBound, count: $0.count) }
    }
    let work = chunks.reduce(0) { $0 + $1.count } * ParallelThreshold.element
    if case .value(let limit) = self {
      parallel(chunks.count, limit: threads, work: work) { task, _ in
        let (_, start, count) = chunks[task]
        kernels.clip(gradients + start, Float(limit), gradients + start, count)
      }
      return
    }
    var partSums = [Float](repeating: 0, count: chunks.count)
    partSums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      parallel(chunks.count, limit: threads, work: work) { task, _ in
        sums[task] = kernels.sum_of_squares(gradients + chunks[task].start, chunks[task].count)
      }
    }
    var sums = [Double](repeating: 0, count: ranges.count)
    for (chunk, sum) in zip(chunks, partSums) { sums[chunk.weight] += Double(sum) }
    let scales = scales(sums)
    parallel(chunks.count, limit: threads, work: work) { task, _ in
      let (weight, start, count) = chunks[task]
      if scales[weight] != 1 { kernels.scale_offset(gradients + start, scales[weight], 0, gradients + start, count) }
    }
  }

  /// The factor of each weight's gradient, from the sums of squares.
  private func scales(_ sums: [Double]) -> [Float] {
    switch self {
    case .value: sums.map { _ in 1 }
    case .norm(let limit): sums.map { Float(limit / max($0.squareRoot(), limit)) }
    case .globalNorm(let limit): sums.map { _ in Float(limit / max(sums.reduce(0, +).squareRoot(), limit)) }
    }
  }
}
