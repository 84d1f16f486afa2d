import CKernels

extension WinogradOperation {
  /// U by panels of filters, [plane][panel][channel][filter]; for the input's gradient also U' by panels of channels,
  /// [plane][panel][filter][channel]. One task for each panel of channels.
  func packing(_ kernels: KernelTable, training: Bool, needsInputGradient: Bool) -> Packing {
    let channelPanels = Panels(geometry.channels, kernels)
    let transposes = training && needsInputGradient
    let elements = forwardPacked(kernels) + (transposes ? transposedPacked(kernels) : 0)
    return Packing(elements: elements, tasks: channelPanels.count) { [unowned self] panel, weights, packed in
      let first = channelPanels.start(panel)
      let channels = first..<first + channelPanels.columns(panel)
      self.packForward(kernels, channels, weights + self.kernel, packed)
      if transposes { self.packTransposed(kernels, channelPanels, panel, packed, packed + self.forwardPacked(kernels)) }
    }
  }

  func forwardPacked(_ kernels: KernelTable) -> Int {
    WinogradTiling.planes * Panels(geometry.filters, kernels).elements(depth: geometry.channels)
  }

  private func transposedPacked(_ kernels: KernelTable) -> Int {
    WinogradTiling.planes * Panels(geometry.channels, kernels).elements(depth: geometry.filters)
  }

  /// The transform writes each row of a panel where it belongs. The columns past the filters stay the zeros they are.
  private func packForward(
    _ kernels: KernelTable, _ channels: Range<Int>, _ weights: UnsafePointer<Float>, _ packed: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.filters, kernels)
    let plane = panels.elements(depth: geometry.channels)
    for channel in channels {
      for panel in 0..<panels.count {
        let row = panels.offset(panel, depth: geometry.channels) + channel * panels.packedColumns(panel)
        kernels.winograd_kernel(
          weights + channel * geometry.filters + panels.start(panel), pairs, panels.columns(panel), packed + row, plane)
      }
    }
  }

  /// A panel of channels of U', from the same channels of every panel of filters of U.
  private func packTransposed(
    _ kernels: KernelTable, _ channelPanels: Panels, _ channelPanel: Int, _ packed: UnsafePointer<Float>,
    _ transposed: UnsafeMutablePointer<Float>
  ) {
    let panels = Panels(geometry.filters, kernels)
    for plane in 0..<WinogradTiling.planes {
      let source = packed + plane * panels.elements(depth: geometry.channels)
      let target =
        transposed + plane * channelPanels.elements(depth: geometry.filters)
        + channelPanels.offset(channelPanel, depth: geometry.filters)
      for panel in 0..<panels.count {
        kernels.pack_transposed(
          source + panels.offset(panel, depth: geometry.channels)
            + channelPanels.start(channelPanel) * panels.packedColumns(panel), panels.packedColumns(panel),
          panels.columns(panel), channelPanels.columns(channelPanel),
          target + panels.start(panel) * channelPanels.packedColumns(channelPanel))
      }
    }
  }
}
