/** Draws the targets of the report. */
function drawPage(): void {
  const page = JSON.parse(byId('report-data').textContent ?? '') as ShownPage;
  const table = createTable(page);
  const timeline = createTimeline(page, table.show);
  const apply = createFilter(page, (chosen) => {
    timeline.draw(chosen);
    table.draw(chosen);
  });
  const scroller = byId('timeline-scroll');
  const zoom = byId('zoom') as HTMLInputElement;
  zoom.addEventListener('input', () => {
    // What is in the middle stays there.
    const middle = (scroller.scrollLeft + scroller.clientWidth / 2) / scroller.scrollWidth;
    byId('timeline').style.width = `${Number(zoom.value) * 100}%`;
    scroller.scrollLeft = middle * scroller.scrollWidth - scroller.clientWidth / 2;
  });
  addEventListener('beforeprint', () => {
    timeline.drawAll();
    table.drawAll();
  });
  apply();
  document.documentElement.classList.add('is-drawn');
}

drawPage();
