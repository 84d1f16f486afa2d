import CKernels
import Glibc

/// dU = V'·dM, then dW = G'·dU·G.
///
/// The sums of small weights stay in the second-level cache through all blocks of a group of images, and are transformed once.
/// Those of large weights would come from memory for every block, so they are made and transformed part by part.
extension WinogradOperation {
  /// Channels of a part: its sums leave room in the second-level cache for its tiles.
  private static let channelsAtOnce = 28
  private static let widestPanel = 64

  private var partElements: Int { Self.channelsAtOnce * Self.widestPanel }

  /// dU, or a part of it.
  var groupElements: Int { WinogradTiling.planes * (tiling.weightsStay ? pairs : partElements) }

  func beginGroup(_ call: OperationCall) {
    if tiling.weightsStay { memset(call.group, 0, groupElements * 4) }
  }

  func endGroup(_ call: OperationCall) {
    guard tiling.weightsStay, let weightGradients = call.weightGradients else { return }
    call.kernels.winograd_kernel_gradient(call.group, pairs, pairs, weightGradients + kernel, pairs)
  }

  /// - Parameters: input, output: V and dM of a block of `tiles` tiles.
  func addKernelGradient(_ call: OperationCall, _ tiles: Int, _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>) {
    let panels = Panels(geometry.filters, call.kernels)
    if tiling.weightsStay {
      for panel in 0..<panels.count {
        let place = panels.start(panel)
        var tile = products(tiles, 0..<geometry.channels, columns: panels.columns(panel), row: geometry.filters)
        tile.accumulate = 1
        contract(call.kernels, &tile, input, output + place, into: call.group + place, plane: pairs)
      }
    } else {
      for first in stride(from: 0, to: geometry.channels, by: Self.channelsAtOnce) {
        let channels = first..<min(geometry.channels, first + Self.channelsAtOnce)
        for panel in 0..<panels.count { addPart(call, tiles, channels, panels, panel, input, output) }
      }
    }
  }

  private func addPart(
    _ call: OperationCall, _ tiles: Int, _ channels: Range<Int>, _ panels: Panels, _ panel: Int, _ input: UnsafePointer<Float>,
    _ output: UnsafePointer<Float>
  ) {
    guard let weightGradients = call.weightGradients else { return }
    let (place, columns) = (panels.start(panel), panels.columns(panel))
    var tile = products(tiles, channels, columns: columns, row: panels.width)
    contract(call.kernels, &tile, input + channels.lowerBound, output + place, into: call.group, plane: partElements)
    for (row, channel) in channels.enumerated() {
      call.kernels.winograd_kernel_gradient(
        call.group + row * panels.width, partElements, columns, weightGradients + kernel + channel * geometry.filters + place,
        pairs)
    }
  }

  /// A plane's V'·dM for some channels and filters, but for where it lies.
  private func products(_ tiles: Int, _ channels: Range<Int>, columns: Int, row: Int) -> KernelTile {
    var tile = KernelTile()
    tile.a_row = 1
    tile.a_step = WinogradTiling.step(geometry.channels)
    tile.b_row = WinogradTiling.step(geometry.filters)
    tile.outer = 1
    tile.depth = tiles
    tile.c_row = row
    tile.rows = channels.count
    tile.columns = columns
    return tile
  }

  private func contract(
    _ kernels: KernelTable, _ tile: inout KernelTile, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    into c: UnsafeMutablePointer<Float>, plane: Int
  ) {
    for place in 0..<WinogradTiling.planes {
      tile.a = a + place * tiling.plane(channels: geometry.channels)
      tile.b = b + place * tiling.plane(channels: geometry.filters)
      tile.c = c + place * plane
      kernels.tile(&tile)
    }
  }
}
