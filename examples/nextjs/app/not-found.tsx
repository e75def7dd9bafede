/** In the place of Next.js's own, whose inline styles a strict policy forbids. */
export default function NotFound() {
  return (
    <main>
      <h1>There is no such page</h1>
      <a href="/">To the lobby</a>
    </main>
  );
}
