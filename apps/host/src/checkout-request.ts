import { Type } from 'class-transformer';
import { IsNotEmpty, IsObject, IsString, ValidateNested } from 'class-validator';
import { OrderDraft } from './order-draft';

/** The payment of a checkout. */
export class Payment {
  @IsString()
  @IsNotEmpty()
  readonly token!: string;
}

/** The body of a checkout: an order and its payment. */
export class CheckoutRequest extends OrderDraft {
  @IsObject()
  @ValidateNested()
  @Type(() => Payment)
  readonly payment!: Payment;
}
