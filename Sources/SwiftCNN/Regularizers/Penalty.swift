import CKernels

/// The regularizers of all weights that learn. One pass over them computes the penalty and its gradient.
///
/// Sums are computed over fixed chunks, which are added in order. So the result has the same bits for any number of threads.
struct Penalty {
  struct Part {
    let range: Range<Int>
    let regularizer: Regularizer
  }

  private let chunks: [Part]

  init(_ parts: [Part]) {
    chunks = parts.flatMap { part in part.range.chunks.map { Part(range: $0, regularizer: part.regularizer) } }
  }

  var isEmpty: Bool { chunks.isEmpty }

  /// The penalty of `weights`. Its gradient is added to `gradients`, a flat buffer.
  func evaluate(
    _ kernels: KernelTable, weights: WeightBase, gradients: UnsafeMutablePointer<Float>?, threads: Int
  ) -> Double {
    var sums = [Double](repeating: 0, count: chunks.count)
    let work = chunks.reduce(0) { $0 + $1.range.count } * ParallelThreshold.element
    let starts = chunks.map { weights($0.range.lowerBound) + $0.range.lowerBound }
    sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      parallel(chunks.count, limit: threads, work: work) { task, _ in
        let start = chunks[task].range.lowerBound
        sums[task] = chunks[task].regularizer.evaluate(
          kernels, starts[task], gradients.map { $0 + start }, chunks[task].range.count)
      }
    }
    return sums.reduce(0, +)
  }
}

extension Regularizer {
  /// The penalty of `count` weights. Its gradient, l1 · sign(w) + 2 · l2 · w, is added to `gradients`.
  func evaluate(
    _ kernels: KernelTable, _ weights: UnsafePointer<Float>, _ gradients: UnsafeMutablePointer<Float>?, _ count: Int
  ) -> Double {
    var loss = 0.0
    if l2 != 0 {
      loss += l2 * Double(kernels.sum_of_squares(weights, count))
      if let gradients { kernels.add_scaled(weights, Float(2 * l2), gradients, count) }
    }
    if l1 != 0 {
      loss += l1 * Double(sumOfMagnitudes(weights, count))
      if let gradients { addSigns(of: weights, Float(l1), to: gradients, count) }
    }
    return loss
  }

  private func sumOfMagnitudes(_ weights: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = SIMD16<Float>()
    for i in stride(from: 0, to: count - 15, by: 16) {
      let values = UnsafeRawPointer(weights + i).loadUnaligned(as: SIMD16<Float>.self)
      lanes += values.replacing(with: -values, where: values .< SIMD16<Float>(repeating: 0))
    }
    for i in count / 16 * 16..<count { lanes[i % 16] += weights[i].magnitude }
    return lanes.sum()
  }

  /// The derivative of |w| at 0 is defined as 0.
  private func addSigns(
    of weights: UnsafePointer<Float>, _ scale: Float, to gradients: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for i in 0..<count where weights[i] != 0 { gradients[i] += weights[i] > 0 ? scale : -scale }
  }
}
