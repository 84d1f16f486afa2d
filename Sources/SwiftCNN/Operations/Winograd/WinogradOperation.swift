import CKernels
import Glibc

/// A convolution by Winograd's F(4x4, 3x3). It takes 36 products for 16 outputs instead of 144, as 36 matrix products over blocks
/// of tiles. The backward pass runs the adjoint of each step, so it needs as few products. Larger windows and strides are divided
/// into windows of 3 x 3 between the phases of the image and those of the output (`Polyphase`). A 5 x 5 convolution then takes 9
/// products per output instead of 25.
///
/// Forward: V = B'xB, M = V·U, y = A'MA. Backward: dM = A·dy·A', dV = dM·U', dx = B·dV·B', dU = V'·dM, dW = G'·dU·G.
final class WinogradOperation: Operation {
  var values: OperationValues
  /// The same convolution in the direct form.
  let direct: ConvolutionOperation
  private let fusesRelu: Bool
  private let geometry: ConvolutionGeometry
  let tiling: WinogradTiling
  let kernel: Int
  private let kernelElements: Int
  private let bias: Int?
  private let ownsBiasGradient: Bool

  /// Computes the same convolution as `direct`, in the tiles of its geometry.
  init(_ direct: ConvolutionOperation, _ tiling: WinogradTiling) {
    values = direct.values
    self.direct = direct
    fusesRelu = direct.fusesRelu
    geometry = direct.geometry
    self.tiling = tiling
    kernelElements = direct.kernelElements
    kernel = direct.kernel
    bias = direct.bias
    ownsBiasGradient = direct.ownsBiasGradient
  }

  var work: Int { tiling.points * pairs }
  var algorithm: String {
    let phases = tiling.phases.inputs
    return "Winograd F(4x4, 3x3) convolution" + (phases > 1 ? " of \(phases) phases" : "")
  }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + kernelElements
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }
  var outputRow: Int? { geometry.filters }
  var imagesAtOnce: Int { tiling.imagesAtOnce }

  /// The number of channels and filters in the products, and the elements in a plane of U.
  var pairs: Int { tiling.channels * tiling.filters }

  /// Calls `body` for runs of kernels between one channel of the products and some filters that are side by side in the weights.
  /// - Parameter body: receives the first of these filters, their number, and the weights of each of the 3 x 3 taps; nil for a
  ///   tap that the convolution does not have.
  func eachRun<Pointer: Strideable<Int>>(
    _ channel: Int, _ filters: Range<Int>, of weights: Pointer,
    _ body: (_ first: Int, _ count: Int, _ taps: [Pointer?]) -> Void
  ) {
    let (from, row) = channel.quotientAndRemainder(dividingBy: geometry.channels)
    var first = filters.lowerBound
    while first < filters.upperBound {
      let (to, filter) = first.quotientAndRemainder(dividingBy: geometry.filters)
      let count = min(filters.upperBound - first, geometry.filters - filter)
      let taps = tiling.phases.taps(from: from, to: to).map { place in
        place.map { weights.advanced(by: kernel + ($0 * geometry.channels + row) * geometry.filters + filter) }
      }
      body(first, count, taps)
      first += count
    }
  }

  /// Memory of a block for V (later dV), and for M or dM.
  var scratchElements: Int { inputPlanes + tiling.elements(channels: tiling.filters) }
  private var inputPlanes: Int { tiling.elements(channels: tiling.channels) }
}

// MARK: - Forward

extension WinogradOperation {
  func forward(_ call: OperationCall) {
    let blocks = tiling.blocks(images: call.count)
    let shares = call.shares(blocks.count)
    parallel(blocks.count, limit: shares ? 1 : call.threads, work: work) { block, thread in
      forward(call, blocks[block], scratch: call.scratch(of: thread), threads: shares ? call.threads : 1)
    }
  }

  /// - Parameter threads: these threads share the tiles, then the planes, then the tiles again.
  private func forward(
    _ call: OperationCall, _ block: WinogradTiling.Block, scratch: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let (input, output) = (scratch, scratch + inputPlanes)
    let pieces = threads == 1 ? block.pieces : block.pieces.flatMap(\.small)
    parallel(pieces.count, limit: threads, work: work) { piece, _ in transformInput(call, pieces[piece], input) }
    parallel(WinogradTiling.planes, limit: threads, work: work) { plane, _ in
      multiply(
        call.kernels, plane, block.tiles(in: plane), input, depth: tiling.channels, call.packed, columns: tiling.filters,
        into: output)
    }
    parallel(pieces.count, limit: threads, work: work) { piece, _ in transformOutput(call, pieces[piece], output) }
  }

  /// Computes the part of V for this piece.
  private func transformInput(_ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafeMutablePointer<Float>) {
    let image = call.input + piece.image * values.inputElements
    for var phase in tiling.inputs(piece) {
      call.kernels.winograd_input(&phase.transform, image + phase.image, planes + phase.plane)
    }
  }

  private func transformOutput(_ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafePointer<Float>) {
    let image = call.output + piece.image * values.outputStep
    let bias = bias.map { call.weights + $0 }
    for var phase in tiling.outputs(piece, pixel: values.outputStrides?.row) {
      call.kernels.winograd_output(
        &phase.transform, planes + phase.plane, bias, fusesRelu ? 1 : 0, image + phase.image)
    }
  }

  /// Computes [tiles][columns] = [tiles][depth] · packed [depth][columns], for some tiles of a plane.
  private func multiply(
    _ kernels: KernelTable, _ plane: Int, _ tiles: Range<Int>, _ a: UnsafePointer<Float>, depth: Int,
    _ packed: UnsafePointer<Float>, columns: Int, into c: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(columns, kernels)
    var tile = KernelTile()
    tile.a_row = WinogradTiling.step(depth)
    tile.a_step = 1
    tile.outer = 1
    tile.depth = depth
    tile.c_row = WinogradTiling.step(columns)
    tile.rows = tiles.count
    tile.a = a + plane * tiling.plane(channels: depth) + tiles.lowerBound * tile.a_row
    for panel in 0..<panels.count {
      tile.b = packed + plane * panels.elements(depth: depth) + panels.offset(panel, depth: depth)
      tile.b_row = panels.packedColumns(panel)
      tile.c = c + plane * tiling.plane(channels: columns) + tiles.lowerBound * tile.c_row + panels.start(panel)
      // Columns are rounded up to half vectors, because a plane's rows have room for them.
      tile.columns = panels.columns(panel).rounded(upTo: 8)
      kernels.tile(&tile)
    }
  }
}

// MARK: - Backward

extension WinogradOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      _ = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: ownsBiasGradient ? bias : nil)
    }
    if let target = call.inputGradient { memset(target, 0, call.count * values.inputElements * 4) }
    let (input, output) = (call.scratch, call.scratch + inputPlanes)
    for block in tiling.blocks(images: call.count) {
      for piece in block.pieces {
        if call.weightGradients != nil { transformInput(call, piece, input) }
        transformOutputGradient(call, piece, output)
      }
      addKernelGradient(call, block, input, output)
      guard let target = call.inputGradient else { continue }
      for plane in 0..<WinogradTiling.planes {
        multiply(
          call.kernels, plane, block.tiles(in: plane), output, depth: tiling.filters, call.packed + forwardPacked(call.kernels),
          columns: tiling.channels, into: input)
      }
      for piece in block.pieces { addInputGradient(call, piece, input, target) }
    }
  }

  /// Computes the part of dM for this piece.
  private func transformOutputGradient(
    _ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafeMutablePointer<Float>
  ) {
    // Invariant: called only for operations with an output that has a gradient.
    let image = call.outputGradient! + piece.image * values.outputElements
    for var phase in tiling.outputs(piece) {
      call.kernels.winograd_output_gradient(&phase.transform, image + phase.image, planes + phase.plane)
    }
  }

  private func addInputGradient(
    _ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    let image = target + piece.image * values.inputElements
    for var phase in tiling.inputs(piece) {
      call.kernels.winograd_input_gradient(&phase.transform, planes + phase.plane, image + phase.image)
    }
  }
}
