/** How much harm something can do: a proposal, or work that a peer asks for. */
export type RiskLevel = "low" | "medium" | "high";
