import CKernels

/// A matrix product over the batch. All threads share it. One thread computes each output, as a sum in index order.
final class DenseOperation: Operation {
  var values: OperationValues
  /// max(0, ·) after the bias.
  var fusesRelu = false
  /// Whether dropout follows, which zeros some outputs.
  var outputIsDropped = false
  let inputs: Int
  let units: Int
  let kernel: Int
  var bias: Int?

  /// - Parameters: kernel, bias: offsets in the flat buffers.
  init(_ values: OperationValues, inputs: Int, units: Int, kernel: Int, bias: Int?) {
    self.values = values
    self.inputs = inputs
    self.units = units
    self.kernel = kernel
    self.bias = bias
  }

  var scope: OperationScope { .batch }
  var work: Int { rowsPerImage * inputs * units }
  var algorithm: String { "matrix product" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + units } ?? kernel + inputs * units
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }

  var savedPerBatch: Int { mayStopGradients ? SparseGradient.elements(units: units) : 0 }
  var scratchElements: Int { mayStopGradients ? sparseScratch : 0 }

  /// Rows of the matrix per image: more than one if the input has more than one axis.
  var rowsPerImage: Int { values.inputElements / inputs }

  /// The depth of a panel that stays in the second-level cache.
  private static let depthAtOnce = 1024
  /// The number of rows that a task computes: enough to justify reading the panel.
  static let rowsAtOnce = 48
}

extension DenseOperation: AffineOperation {
  var kernelElements: Int { inputs * units }
  var outputChannels: Int { units }
}

// MARK: - Forward

extension DenseOperation {
  /// y = x · W + b
  func forward(_ call: OperationCall) {
    let panels = Panels(units, call.kernels)
    var product = PanelProduct(a: UnsafePointer(call.input), aRow: inputs, depth: inputs, packed: call.packed, panels: panels)
    product.bias = bias.map { call.weights + $0 }
    product.relu = fusesRelu
    product.run(call, rows: call.count * rowsPerImage, panels: 0..<panels.count, into: call.output)
  }

  /// C = A · packed B, divided into row blocks and panels.
  struct PanelProduct {
    let a: UnsafePointer<Float>
    let aRow: Int
    let depth: Int
    let packed: UnsafePointer<Float>
    let panels: Panels
    var bias: UnsafePointer<Float>?
    var relu = false

    func run(_ call: OperationCall, rows: Int, panels some: Range<Int>, into c: UnsafeMutablePointer<Float>) {
      let blocks = rows.dividedUp(by: rowsAtOnce)
      parallel(blocks * some.count, limit: call.threads, work: rows * depth * some.count * panels.width) { task, _ in
        let (panel, block) = task.quotientAndRemainder(dividingBy: blocks)
        let first = block * rowsAtOnce
        multiply(call.kernels, some.lowerBound + panel, first..<min(rows, first + rowsAtOnce), c)
      }
    }

    private func multiply(_ kernels: KernelTable, _ panel: Int, _ rows: Range<Int>, _ c: UnsafeMutablePointer<Float>) {
      var tile = KernelTile()
      tile.a_row = aRow
      tile.a_step = 1
      tile.b_row = panels.packedColumns(panel)
      tile.c = c + rows.lowerBound * panels.columns + panels.start(panel)
      tile.c_row = panels.columns
      tile.bias = bias.map { $0 + panels.start(panel) }
      tile.outer = 1
      tile.rows = rows.count
      tile.columns = panels.columns(panel)
      for k in stride(from: 0, to: depth, by: depthAtOnce) {
        tile.a = a + rows.lowerBound * aRow + k
        tile.b = packed + panels.offset(panel, depth: depth) + k * tile.b_row
        tile.depth = min(depthAtOnce, depth - k)
        tile.accumulate = k == 0 ? 0 : 1
        tile.relu = relu && k + tile.depth == depth ? 1 : 0
        kernels.tile(&tile)
      }
    }
  }
}

// MARK: - Packed weights

extension DenseOperation {
  /// W by panels of units. For the input's gradient, Wᵀ by panels of inputs follows.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let panels = Panels(units, kernels)
    let transposed = Panels(inputs, kernels)
    let transposes = training && needsInputGradient
    let elements = panels.elements(depth: inputs) + (transposes ? transposed.elements(depth: units) : 0)
    return Packing(elements: elements, tasks: panels.count + (transposes ? transposed.count : 0)) {
      [inputs, units, kernel] task, weights, packed in
      let weights = weights(kernel)
      if task < panels.count {
        kernels.pack(
          weights + kernel + panels.start(task), units, inputs, panels.columns(task),
          packed + panels.offset(task, depth: inputs))
      } else {
        let panel = task - panels.count
        kernels.pack_transposed(
          weights + kernel + transposed.start(panel) * units, units, units, transposed.columns(panel),
          packed + panels.elements(depth: inputs) + transposed.offset(panel, depth: units))
      }
    }
  }
}
