import CKernels
import Glibc

/// A 3 x 3 convolution of stride 1 by Winograd's F(4x4, 3x3): 36 products for 16 outputs instead of 144, as 36 matrix
/// products over blocks of tiles. Backward runs the adjoint of each step, so it needs as few products.
///
/// Forward: V = B'xB, M = V·U, y = A'MA. Backward: dM = A·dy·A', dV = dM·U', dx = B·dV·B', dU = V'·dM, dW = G'·dU·G.
final class WinogradOperation: Operation {
  var values: OperationValues
  private let fusesRelu: Bool
  let geometry: ConvolutionGeometry
  let tiling: WinogradTiling
  let kernel: Int
  private let bias: Int?
  private let biasToSum: Int?

  /// The same convolution as `direct`: 3 x 3, without strides, dilation and groups.
  init(_ direct: ConvolutionOperation) {
    values = direct.values
    fusesRelu = direct.fusesRelu
    geometry = direct.geometry
    tiling = WinogradTiling(direct.geometry)
    kernel = direct.kernel
    bias = direct.bias
    biasToSum = direct.biasToSum
  }

  var work: Int { WinogradTiling.planes * tiling.tiles * pairs }
  var algorithm: String { "Winograd F(4x4, 3x3) convolution" }
  var weightSpan: Range<Int>? {
    let end = bias.map { $0 + geometry.filters } ?? kernel + 9 * pairs
    return kernel..<end.rounded(upTo: 16)
  }
  var backwardReadsInput: Bool { true }
  var backwardReadsOutput: Bool { fusesRelu }
  var imagesAtOnce: Int { tiling.imagesAtOnce }

  /// Channel and filter pairs: elements of one place of the kernel.
  var pairs: Int { geometry.channels * geometry.filters }

  /// V, which dV replaces, and M or dM, of a block.
  var scratchElements: Int { inputPlanes + tiling.elements(channels: geometry.filters) }
  private var inputPlanes: Int { tiling.elements(channels: geometry.channels) }
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

  /// - Parameter threads: they share the tiles, then the planes, then the tiles.
  private func forward(
    _ call: OperationCall, _ block: WinogradTiling.Block, scratch: UnsafeMutablePointer<Float>, threads: Int
  ) {
    let (input, output) = (scratch, scratch + inputPlanes)
    let pieces = threads == 1 ? block.pieces : block.pieces.flatMap(\.small)
    parallel(pieces.count, limit: threads, work: work) { piece, _ in transformInput(call, pieces[piece], input) }
    parallel(WinogradTiling.planes, limit: threads, work: work) { plane, _ in
      multiply(
        call.kernels, plane, block.tiles, input, depth: geometry.channels, call.packed, columns: geometry.filters, into: output)
    }
    parallel(pieces.count, limit: threads, work: work) { piece, _ in transformOutput(call, pieces[piece], output) }
  }

  /// The piece's part of V.
  private func transformInput(_ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafeMutablePointer<Float>) {
    var transform = tiling.inputTransform(piece)
    call.kernels.winograd_input(
      &transform, call.input + piece.image * values.inputElements, planes + piece.place * transform.step)
  }

  private func transformOutput(_ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafePointer<Float>) {
    var transform = tiling.outputTransform(piece)
    call.kernels.winograd_output(
      &transform, planes + piece.place * transform.step, bias.map { call.weights + $0 }, fusesRelu ? 1 : 0,
      call.output + piece.image * values.outputElements)
  }

  /// Of a plane: [tiles][columns] = [tiles][depth] · packed [depth][columns].
  private func multiply(
    _ kernels: KernelTable, _ plane: Int, _ tiles: Int, _ a: UnsafePointer<Float>, depth: Int, _ packed: UnsafePointer<Float>,
    columns: Int, into c: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(columns, kernels)
    var tile = KernelTile()
    tile.a_row = WinogradTiling.step(depth)
    tile.a_step = 1
    tile.outer = 1
    tile.depth = depth
    tile.c_row = WinogradTiling.step(columns)
    tile.rows = tiles
    tile.a = a + plane * tiling.plane(channels: depth)
    for panel in 0..<panels.count {
      tile.b = packed + plane * panels.elements(depth: depth) + panels.offset(panel, depth: depth)
      tile.b_row = panels.packedColumns(panel)
      tile.c = c + plane * tiling.plane(channels: columns) + panels.start(panel)
      // Half vectors: a plane's rows have room for them.
      tile.columns = panels.columns(panel).rounded(upTo: 8)
      kernels.tile(&tile)
    }
  }
}

// MARK: - Backward

extension WinogradOperation {
  func backward(_ call: OperationCall) {
    for i in 0..<call.count {
      _ = gradientBeforeActivation(call, i, relu: fusesRelu, channels: geometry.filters, bias: biasToSum)
    }
    if let target = call.inputGradient { memset(target, 0, call.count * values.inputElements * 4) }
    let (input, output) = (call.scratch, call.scratch + inputPlanes)
    for block in tiling.blocks(images: call.count) {
      for piece in block.pieces {
        transformInput(call, piece, input)
        transformOutputGradient(call, piece, output)
      }
      addKernelGradient(call, block.tiles, input, output)
      guard let target = call.inputGradient else { continue }
      for plane in 0..<WinogradTiling.planes {
        multiply(
          call.kernels, plane, block.tiles, output, depth: geometry.filters, call.packed + forwardPacked(call.kernels),
          columns: geometry.channels, into: input)
      }
      for piece in block.pieces { addInputGradient(call, piece, input, target) }
    }
  }

  /// The piece's part of dM.
  private func transformOutputGradient(
    _ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafeMutablePointer<Float>
  ) {
    var transform = tiling.outputTransform(piece)
    call.kernels.winograd_output_gradient(
      &transform, call.outputGradient! + piece.image * values.outputElements, planes + piece.place * transform.step)
  }

  private func addInputGradient(
    _ call: OperationCall, _ piece: WinogradTiling.Piece, _ planes: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    var transform = tiling.inputTransform(piece)
    call.kernels.winograd_input_gradient(
      &transform, planes + piece.place * transform.step, target + piece.image * values.inputElements)
  }
}
