/** The page: A4 across, in points, and where on it the next thing goes. */
export const WIDTH = 842;
export const HEIGHT = 595;
export const SIDE = 36;
export const WIDE = WIDTH - 2 * SIDE;
export const TOP = 50;
export const BOTTOM = HEIGHT - 40;

export interface Pages {
  readonly doc: PDFKit.PDFDocument;
  y: number;
  /** Where the rows of a table lie beside the PDF, by its id. */
  readonly rowsOf: (id: string) => string;
  turn(): void;
  /** Turns the page unless so much fits. */
  room(height: number): void;
}
