import CKernels

/// The largest value of each window, with its position for the backward pass.
final class MaxPoolingOperation: Operation {
  var values: OperationValues
  /// max(0, ·) of the result. It gives the same values as before the pooling, on fewer elements.
  var fusesRelu = false
  /// The dropout behind this pooling, in training.
  var dropout: DropoutSettings?
  /// The place of the bias of the convolution before it, if this pooling sums the gradient of that bias. The sum is taken over
  /// the pooling's outputs, which are a fraction of the elements.
  var sumsBiasOf: Int?
  /// The weights of that convolution.
  var weightsBefore: Range<Int>?
  /// Whether to save the argmax positions. The plan sets this; inference does not need them.
  var remembersArgmax = false
  /// The input may be smaller than the layer's if no window reaches the last rows or columns.
  var pool: KernelPool

  init(_ values: OperationValues, pool: PoolGeometry) {
    self.values = values
    self.pool = KernelPool(pool)
  }

  private static let rowsAtOnce = 4

  var algorithm: String { "max pooling" }
  var gradientSpan: Range<Int>? { weightsBefore }
  /// Whether the codes that kernels.h describes are bytes.
  var hasByteCodes: Bool { pool.pool_h * pool.pool_w <= 255 }
  var savedPerImage: Int { hasByteCodes ? (values.outputElements + 3) / 4 : values.outputElements }

  func forward(_ call: OperationCall) {
    if !remembersArgmax && call.threads > 1 { return predict(call) }
    for i in 0..<call.count {
      let argmax = remembersArgmax ? self.argmax(call, i) : nil
      let output = call.output + i * values.outputElements
      call.kernels.max_pool(&pool, call.input + i * values.inputElements, output, argmax, fusesRelu ? 1 : 0)
      if let dropout, remembersArgmax {
        dropout.drop(call, i, output, output, codes: codes(call, i), joins: true, values.outputElements)
      }
    }
  }

  /// Threads share each image by rows of outputs.
  private func predict(_ call: OperationCall) {
    for i in 0..<call.count {
      let (input, output) = (call.input + i * values.inputElements, call.output + i * values.outputElements)
      parallel(over: pool.out_height, by: Self.rowsAtOnce, limit: call.threads, work: work * ParallelThreshold.element) { rows in
        let first = max(0, rows.lowerBound * pool.stride_h - pool.pad_top)
        var part = pool
        part.pad_top -= rows.lowerBound * pool.stride_h - first
        part.height -= first
        part.out_height = rows.count
        call.kernels.max_pool(
          &part, input + first * pool.width * pool.channels,
          output + rows.lowerBound * pool.out_width * pool.channels, nil, fusesRelu ? 1 : 0)
      }
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    let biasGradient = sumsBiasOf.flatMap { bias in call.weightGradients.map { $0 + bias } }
    for i in 0..<call.count {
      call.kernels.max_pool_gradient(
        &pool, dropout?.scale ?? 1, outputGradient + i * values.outputElements, argmax(call, i),
        inputGradient + i * values.inputElements, biasGradient)
    }
  }

  private func argmax(_ call: OperationCall, _ i: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(call.saved + i * savedPerImage)
  }

  /// The argmax codes of image `i`, if they are bytes.
  func codes(_ call: OperationCall, _ i: Int) -> UnsafeMutablePointer<UInt8> {
    argmax(call, i).assumingMemoryBound(to: UInt8.self)
  }
}

/// The mean of those elements of each window that are inside the image.
final class AveragePoolingOperation: Operation {
  var values: OperationValues
  private var pool: KernelPool

  init(_ values: OperationValues, pool: PoolGeometry) {
    self.values = values
    self.pool = KernelPool(pool)
  }

  var algorithm: String { "average pooling" }

  func forward(_ call: OperationCall) {
    for i in 0..<call.count {
      call.kernels.average_pool(&pool, call.input + i * values.inputElements, call.output + i * values.outputElements)
    }
  }

  func backward(_ call: OperationCall) {
    guard let inputGradient = call.inputGradient, let outputGradient = call.outputGradient else { return }
    for i in 0..<call.count {
      call.kernels.average_pool_gradient(
        &pool, outputGradient + i * values.outputElements, inputGradient + i * values.inputElements)
    }
  }
}

extension KernelPool {
  init(_ geometry: PoolGeometry) {
    self.init(
      height: geometry.rows.input, width: geometry.columns.input, channels: geometry.channels,
      out_height: geometry.rows.output, out_width: geometry.columns.output, pool_h: geometry.rows.window,
      pool_w: geometry.columns.window, stride_h: geometry.rows.stride, stride_w: geometry.columns.stride,
      pad_top: geometry.rows.padBefore, pad_left: geometry.columns.padBefore)
  }
}
