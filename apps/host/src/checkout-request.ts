import { Type } from 'class-transformer';
import { IsNotEmpty, IsObject, IsString, ValidateNested } from 'class-validator';
import { OrderDraft } from './order-draft';

/** How a checkout is paid. */
export class Payment {
  @IsString()
  @IsNotEmpty()
  readonly token!: string;
}

/** What a client sends to check out: an order, and how it is paid. */
export class CheckoutRequest extends OrderDraft {
  @IsObject()
  @ValidateNested()
  @Type(() => Payment)
  readonly payment!: Payment;
}
