import CKernels
import Glibc

// Relu and dropout set most of the gradient to zero. If either follows and few nonzeros are left, both products use lists of the
// nonzeros for whole blocks of inputs. The remaining inputs are multiplied without lists.

extension DenseOperation {
  /// Whether the gradient may contain many zeros, and offsets in lists of the nonzeros fit in 32 bits.
  var mayStopGradients: Bool { (fusesRelu || outputIsDropped) && inputs < Int(Int32.max) / SparseGradient.mostRows }

  func backward(_ call: OperationCall) {
    guard let gradient = call.outputGradient else { return }
    let rows = call.count * rowsPerImage
    if fusesRelu {
      call.kernels.activate_gradient(Int32(KERNEL_RELU), 0, call.output, call.output, gradient, gradient, rows * units)
    }
    if let bias, let weightGradients = call.weightGradients {
      call.kernels.column_sums(gradient, rows, units, units, weightGradients + bias, call.addsWeightGradients ? 1 : 0)
    }
    let atOnce = mayStopGradients ? SparseGradient.mostRows : rows
    for first in stride(from: 0, to: rows, by: atOnce) {
      backward(call, Rows(range: first..<min(rows, first + atOnce), gradient: UnsafePointer(gradient) + first * units))
    }
  }

  /// Rows that are multiplied together.
  private struct Rows {
    let range: Range<Int>
    /// The gradient of these rows.
    let gradient: UnsafePointer<Float>
  }

  /// Whether the gradient of the kernel is written, because there is nothing yet to add it to.
  private func writesFirst(_ call: OperationCall, _ rows: Rows) -> Bool {
    rows.range.lowerBound == 0 && !call.addsWeightGradients
  }

  private func backward(_ call: OperationCall, _ rows: Rows) {
    let panels = Panels(inputs, call.kernels)
    var sparse: SparseGradient?
    if mayStopGradients {
      sparse = SparseGradient(
        call, rows.gradient, rows: rows.range.count, units: units, row: .init(place: inputs, offset: panels.width),
        unit: .init(place: Self.blockInputs, offset: Self.blockInputs), in: call.batchSaved)
    }
    if let weightGradients = call.weightGradients {
      let target = weightGradients + kernel
      var done = 0
      if let sparse { done = sparseKernelGradient(call, rows, sparse.byUnit, target) }
      kernelGradient(call, rows, inputs: done..<inputs, target)
    }
    if let inputGradient = call.inputGradient {
      let target = inputGradient + rows.range.lowerBound * inputs
      let packed = UnsafePointer(call.packed + Panels(units, call.kernels).elements(depth: inputs))
      var done = 0
      if let sparse { done = sparseInputGradient(call, rows, sparse.byRow, packed, panels, target) }
      let product = PanelProduct(a: rows.gradient, aRow: units, depth: units, packed: packed, panels: panels)
      product.run(call, rows: rows.range.count, panels: done..<panels.count, into: target)
    }
  }

  /// dW (+)= xᵀ · dy
  private func kernelGradient(
    _ call: OperationCall, _ rows: Rows, inputs some: Range<Int>, _ target: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(units, call.kernels)
    let blocks = some.count.dividedUp(by: Self.rowsAtOnce)
    parallel(blocks * panels.count, limit: call.threads, work: rows.range.count * some.count * units) { task, _ in
      let (panel, block) = task.quotientAndRemainder(dividingBy: blocks)
      let first = some.lowerBound + block * Self.rowsAtOnce
      var tile = KernelTile()
      tile.a = UnsafePointer(call.input + rows.range.lowerBound * inputs + first)
      tile.a_row = 1
      tile.a_step = inputs
      tile.b = rows.gradient + panels.start(panel)
      tile.b_row = units
      tile.c = target + first * units + panels.start(panel)
      tile.c_row = units
      tile.outer = 1
      tile.depth = rows.range.count
      tile.rows = min(Self.rowsAtOnce, some.upperBound - first)
      tile.columns = panels.columns(panel)
      tile.accumulate = writesFirst(call, rows) ? 0 : 1
      call.kernels.tile(&tile)
    }
  }
}

// MARK: - With lists

extension DenseOperation {
  /// The number of inputs in a block. The part of the rows with these inputs is copied into contiguous memory.
  private static let blockInputs = 64

  /// Elements of a block of inputs, of its sums [unit][input], and of the transposed sums.
  var sparseScratch: Int { Self.blockInputs * (SparseGradient.mostRows + units + units.rounded(upTo: 16)) }

  /// dW (+)= xᵀ · dy. For each unit it uses only the rows with a nonzero gradient.
  /// - Returns: the number of inputs that it computed.
  private func sparseKernelGradient(
    _ call: OperationCall, _ rows: Rows, _ lists: KernelLists, _ target: UnsafeMutablePointer<Float>
  ) -> Int {
    let width = Self.blockInputs
    let x = call.input + rows.range.lowerBound * inputs
    let paddedUnits = units.rounded(upTo: 16)
    parallel(inputs / width, limit: call.threads, work: rows.range.count * inputs * units) { block, thread in
      let x = x + block * width
      let copy = call.scratch(of: thread)
      let sums = copy + SparseGradient.mostRows * width
      let transposed = sums + units * width
      call.kernels.pack(x, inputs, rows.range.count, width, copy)
      withUnsafePointer(to: lists) {
        var product = KernelSparse()
        product.lists = $0
        product.count = units
        product.b = UnsafePointer(copy)
        product.c = sums
        product.rows = 1
        product.columns = width
        call.kernels.sparse(&product)
      }
      call.kernels.pack_transposed(sums, width, width, units, transposed)
      for i in 0..<width {
        let (from, to) = (transposed + i * paddedUnits, target + (block * width + i) * units)
        if writesFirst(call, rows) {
          memcpy(to, from, units * 4)
        } else {
          call.kernels.add_scaled(from, 1, to, units)
        }
      }
    }
    return inputs / width * width
  }

  /// dx = dy · Wᵀ. For each row it uses only the units with a nonzero gradient.
  /// - Returns: the number of panels of inputs that it computed.
  private func sparseInputGradient(
    _ call: OperationCall, _ rows: Rows, _ lists: KernelLists, _ packed: UnsafePointer<Float>, _ panels: Panels,
    _ target: UnsafeMutablePointer<Float>
  ) -> Int {
    guard panels.width % 16 == 0 else { return 0 }
    let whole = inputs / panels.width
    let blocks = rows.range.count.dividedUp(by: Self.rowsAtOnce)
    parallel(whole * blocks, limit: call.threads, work: rows.range.count * inputs * units) { task, _ in
      let (panel, block) = task.quotientAndRemainder(dividingBy: blocks)
      let first = block * Self.rowsAtOnce
      withUnsafePointer(to: lists.dropping(first)) {
        var product = KernelSparse()
        product.lists = $0
        product.count = min(Self.rowsAtOnce, rows.range.count - first)
        product.b = packed + panels.offset(panel, depth: units)
        product.c = target + panels.start(panel)
        product.rows = 1
        product.columns = panels.width
        call.kernels.sparse(&product)
      }
    }
    return whole
  }
}
