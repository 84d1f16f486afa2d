import CKernels

/// Rewrites a line of operations into fewer and faster ones.
struct Fusion {
  private(set) var operations: [any Operation]
  private(set) var valueElements: [Int]

  /// - Parameters:
  ///   - training: gradients will be wanted.
  ///   - allowsWinograd: false leaves every convolution in the direct form.
  init(_ lowering: Lowering, dropsFinalActivation: Bool, training: Bool, allowsWinograd: Bool) {
    operations = lowering.operations
    valueElements = lowering.valueElements
    if dropsFinalActivation { operations.removeLast() }
    padConvolutions()
    if !training { foldNormalizations() }
    dropRepeatedRelu()
    moveReluBehindMaxPooling()
    fuseRelu()
    cropConvolutions()
    fuseDropout()
    markDropped()
    sumBiasesInPoolings()
    if allowsWinograd { chooseAlgorithms(training: training) }
    operations = operations.map { operation in operation.values.fold.map { FoldedOperation(operation, $0) } ?? operation }
    renumber()
  }

  /// Zeros around the images that a convolution receives are its own padding.
  private mutating func padConvolutions() {
    for i in operations.indices.dropFirst() {
      guard let placing = operations[i - 1] as? PlacementOperation, let zeros = placing.surroundingZeros,
        let convolution = operations[i] as? any PaddingOperation
      else { continue }
      convolution.geometry.rows.pad(zeros.rows)
      convolution.geometry.columns.pad(zeros.columns)
      convolution.values.input = placing.values.input
      convolution.values.inputElements = placing.values.inputElements
      operations[i - 1] = Removed(placing.values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// By constant statistics, a normalization is the product before it with other weights.
  private mutating func foldNormalizations() {
    for i in operations.indices.dropFirst() {
      guard let normalization = operations[i] as? NormalizationOperation, normalization.usesMovingStatistics,
        let product = operations[i - 1] as? any AffineOperation,
        product.outputChannels == normalization.normalization.channels
      else { continue }
      product.values.fold = FoldedOperation.Fold(normalization.normalization, into: product)
      operations[i] = Removed(operations[i].values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// max(0, max(0, a)) = max(0, a), gradients included.
  private mutating func dropRepeatedRelu() {
    for i in operations.indices.dropFirst().reversed() where isRelu(i) && isRelu(i - 1) {
      operations[i] = Removed(operations[i].values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// max(0, max(a, b)) = max(max(0, a), max(0, b)), on a fraction of the elements; the gradients are the same too.
  private mutating func moveReluBehindMaxPooling() {
    for i in operations.indices.dropLast() where isRelu(i) {
      guard let pooling = operations[i + 1] as? MaxPoolingOperation else { continue }
      pooling.fusesRelu = true
      pooling.values.input = operations[i].values.input
      operations[i] = Removed(operations[i].values)
    }
    operations.removeAll { $0 is Removed }
  }

  private mutating func fuseRelu() {
    for i in operations.indices.dropFirst() where isRelu(i) {
      switch operations[i - 1] {
      case let convolution as ConvolutionOperation: convolution.fusesRelu = true
      case let depthwise as DepthwiseOperation: depthwise.fusesRelu = true
      case let grouped as GroupedOperation: grouped.fusesRelu = true
      case let dense as DenseOperation: dense.fusesRelu = true
      case let normalization as NormalizationOperation: normalization.fusesRelu = true
      default: continue
      }
      operations[i] = Removed(operations[i].values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// Outputs that no pooling window meets need not be computed.
  private mutating func cropConvolutions() {
    for i in operations.indices.dropLast() {
      guard let convolution = operations[i] as? ConvolutionOperation,
        let pooling = operations[i + 1] as? MaxPoolingOperation, pooling.pool.pad_top == 0, pooling.pool.pad_left == 0
      else { continue }
      let height = (pooling.pool.out_height - 1) * pooling.pool.stride_h + pooling.pool.pool_h
      let width = (pooling.pool.out_width - 1) * pooling.pool.stride_w + pooling.pool.pool_w
      guard height <= convolution.geometry.rows.output, width <= convolution.geometry.columns.output else { continue }
      convolution.geometry.rows.output = height
      convolution.geometry.columns.output = width
      pooling.pool.height = height
      pooling.pool.width = width
      convolution.values.outputElements = height * width * convolution.geometry.filters
      pooling.values.inputElements = convolution.values.outputElements
    }
  }

  /// A pooling's codes have room for what dropout drops.
  private mutating func fuseDropout() {
    for i in operations.indices.dropFirst() {
      guard let dropout = operations[i] as? DropoutOperation, let pooling = operations[i - 1] as? MaxPoolingOperation,
        pooling.hasByteCodes
      else { continue }
      pooling.dropout = dropout.settings
      operations[i] = Removed(dropout.values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// What dropout stops need not be multiplied.
  private mutating func markDropped() {
    for i in operations.indices.dropLast() where operations[i + 1] is DropoutOperation {
      (operations[i] as? DenseOperation)?.isDropped = true
    }
  }

  /// What a pooling passes back adds up to what it receives, on fewer elements.
  private mutating func sumBiasesInPoolings() {
    for i in operations.indices.dropLast() {
      guard let convolution = operations[i] as? ConvolutionOperation, !convolution.fusesRelu, !convolution.values.isFrozen,
        let pooling = operations[i + 1] as? MaxPoolingOperation
      else { continue }
      pooling.biasBefore = convolution.bias
      convolution.biasToSum = nil
    }
  }

  private mutating func chooseAlgorithms(training: Bool) {
    for i in operations.indices {
      guard let direct = operations[i] as? ConvolutionOperation else { continue }
      if let tiling = ConvolutionPlanner.winograd(direct.geometry) { operations[i] = WinogradOperation(direct, tiling) }
      guard training, i + 1 < operations.count, let pooling = operations[i + 1] as? MaxPoolingOperation,
        ConvolutionPlanner.prefersWinners(direct.geometry, pooling.pool)
      else { continue }
      operations[i + 1] = PooledConvolutionOperation(operations[i], direct, pooling)
      operations[i] = Removed(operations[i].values)
    }
    operations.removeAll { $0 is Removed }
  }

  /// Values 0, 1, … along the line again.
  private mutating func renumber() {
    valueElements = [valueElements[0]]
    for (i, operation) in operations.enumerated() {
      operation.values.input = i
      operation.values.output = i + 1
      valueElements.append(operation.values.outputElements)
    }
  }

  private func isRelu(_ i: Int) -> Bool { (operations[i] as? ActivationOperation)?.code == Int32(KERNEL_RELU) }

  /// Marks what to take out of the line.
  private final class Removed: Operation {
    var values: OperationValues
    var algorithm: String { "nothing" }
    init(_ values: OperationValues) { self.values = values }
    func forward(_ call: OperationCall) {}
    func backward(_ call: OperationCall) {}
  }
}

/// An operation that surrounds its images with zeros itself.
protocol PaddingOperation: Operation {
  var geometry: ConvolutionGeometry { get set }
}

extension ConvolutionOperation: PaddingOperation {}
extension DepthwiseOperation: PaddingOperation {}
extension GroupedOperation: PaddingOperation {}

extension SlidingAxis {
  /// The windows stay; what they meet first of all is the padding.
  fileprivate mutating func pad(_ axis: Placement.Axis) {
    input = axis.input
    padBefore += axis.shift
  }
}
